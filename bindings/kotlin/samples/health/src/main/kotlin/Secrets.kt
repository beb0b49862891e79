package dev.saltbox.samples.health

import dev.saltbox.Pkcs12SecretStore
import dev.saltbox.SecretStore
import java.nio.file.Files
import java.nio.file.Path

/** The secret of that [name] as a key; drawn and kept the first time. The bytes that pass by are wiped. */
fun <T> SecretStore.secret(name: String, key: (ByteArray) -> T, draw: () -> ByteArray): T {
    val bytes = load(name) ?: draw().also { save(name, it.copyOf()) }
    try {
        return key(bytes)
    } finally {
        bytes.fill(0)
    }
}

/** The keys in [folder], under the password that a person gives. */
fun keys(folder: Path): Pkcs12SecretStore {
    val password = password(folder)
    try {
        return Pkcs12SecretStore(folder.resolve("keys.p12"), password)
    } finally {
        // The store has a copy, and wipes it.
        password.fill('\u0000')
    }
}

/** The password of the keys: from the environment, for tests and scripts, or asked for. A phone would have its Keystore. */
private fun password(folder: Path): CharArray {
    System.getenv("HEALTH_PASSWORD")?.takeIf { it.isNotEmpty() }?.let { return it.toCharArray() }
    val console = System.console()
        ?: throw Failure(Exit.STORE, "there is no terminal to ask for the password: set HEALTH_PASSWORD")
    val new = !Files.exists(folder.resolve("keys.p12"))
    val password = console.readPassword(if (new) "New password: " else "Password: ")
    if (password == null || password.isEmpty()) throw Failure(Exit.STORE, "a password is needed")
    if (new && !password.contentEquals(console.readPassword("Again: "))) {
        throw Failure(Exit.STORE, "the two passwords differ: run the command again")
    }
    return password
}
