package dev.saltbox

import java.util.concurrent.ConcurrentHashMap

/** Forgets everything with the test. */
class SecretsInMemory : SecretStore {
    val kept = ConcurrentHashMap<String, ByteArray>()

    override fun load(name: String): ByteArray? = kept[name]?.clone()

    override fun save(name: String, secret: ByteArray) {
        kept[name] = secret.clone()
    }
}

class PeersInMemory : PeerStore {
    val kept = ConcurrentHashMap<UInt, ByteArray>()
    private val seen = ConcurrentHashMap.newKeySet<String>()

    override fun load(node: UInt): ByteArray? = kept[node]?.clone()

    override fun save(node: UInt, record: ByteArray, ephemeral: ByteArray?) {
        kept[node] = record
        ephemeral?.let { seen.add("$node ${it.toHex()}") }
    }

    override fun hasSeen(node: UInt, ephemeral: ByteArray): Boolean = "$node ${ephemeral.toHex()}" in seen
}

fun ByteArray.toHex(): String = joinToString("") { "%02x".format(it) }

fun String.fromHex(): ByteArray = chunked(2).map { it.toInt(16).toByte() }.toByteArray()
