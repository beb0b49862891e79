package dev.saltbox

import android.security.keystore.KeyGenParameterSpec
import java.io.InputStream
import java.io.OutputStream
import java.security.Key
import java.security.KeyStoreSpi
import java.security.Provider
import java.security.ProviderException
import java.security.SecureRandom
import java.security.Security
import java.security.cert.Certificate
import java.security.spec.AlgorithmParameterSpec
import java.util.Collections
import java.util.Date
import java.util.concurrent.ConcurrentHashMap
import javax.crypto.KeyGenerator
import javax.crypto.KeyGeneratorSpi
import org.junit.jupiter.api.extension.BeforeEachCallback
import org.junit.jupiter.api.extension.ExtensionContext

/**
 * A provider of the name `AndroidKeyStore` whose keys are the JDK's own.
 *
 * It shows that the store asks for the key that it should, finds it again, wraps and unwraps with it. It shows nothing of a
 * phone: not that the hardware holds the key, not how Android's own provider behaves, not what it asks of the person.
 */
class SoftwareKeystore : BeforeEachCallback {
    override fun beforeEach(context: ExtensionContext) {
        Security.removeProvider(NAME)
        Security.addProvider(Keys)
        keys.clear()
        made.clear()
        hasStrongBox = true
    }

    object Keys : Provider(NAME, "1", "keys of the JDK") {
        private fun readResolve(): Any = Keys

        init {
            put("KeyStore.$NAME", Store::class.java.name)
            put("KeyGenerator.AES", Generator::class.java.name)
        }
    }

    class Generator : KeyGeneratorSpi() {
        private lateinit var specification: KeyGenParameterSpec

        override fun engineInit(params: AlgorithmParameterSpec, random: SecureRandom?) {
            specification = params as KeyGenParameterSpec
        }

        override fun engineInit(random: SecureRandom?) = error("without a specification")

        override fun engineInit(keysize: Int, random: SecureRandom?) = error("without a specification")

        override fun engineGenerateKey(): javax.crypto.SecretKey {
            if (specification.isStrongBoxBacked && !hasStrongBox) throw ProviderException("no StrongBox")
            made += specification
            val key = KeyGenerator.getInstance("AES", "SunJCE").apply { init(specification.keySize) }.generateKey()
            keys[specification.keystoreAlias] = key
            return key
        }
    }

    class Store : KeyStoreSpi() {
        override fun engineLoad(stream: InputStream?, password: CharArray?) = Unit
        override fun engineGetKey(alias: String, password: CharArray?): Key? = keys[alias]
        override fun engineContainsAlias(alias: String) = keys.containsKey(alias)
        override fun engineIsKeyEntry(alias: String) = keys.containsKey(alias)
        override fun engineAliases() = Collections.enumeration(keys.keys)
        override fun engineSize() = keys.size
        override fun engineDeleteEntry(alias: String) = keys.remove(alias).let { }
        override fun engineIsCertificateEntry(alias: String) = false
        override fun engineGetCertificateAlias(certificate: Certificate) = null
        override fun engineGetCertificateChain(alias: String) = null
        override fun engineGetCertificate(alias: String) = null
        override fun engineGetCreationDate(alias: String): Date? = null
        override fun engineStore(stream: OutputStream?, password: CharArray?) = error("not stored")
        override fun engineSetCertificateEntry(alias: String, certificate: Certificate) = error("no certificates")
        override fun engineSetKeyEntry(alias: String, key: Key, password: CharArray?, chain: Array<Certificate>?) =
            error("keys are made here")
        override fun engineSetKeyEntry(alias: String, key: ByteArray, chain: Array<Certificate>?) = error("keys are made here")
    }

    companion object {
        const val NAME = "AndroidKeyStore"
        val keys = ConcurrentHashMap<String, javax.crypto.SecretKey>()
        val made = mutableListOf<KeyGenParameterSpec>()
        var hasStrongBox = true
    }
}
