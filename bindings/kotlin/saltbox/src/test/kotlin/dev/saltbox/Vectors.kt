package dev.saltbox

import com.google.gson.JsonParser
import java.nio.ByteBuffer
import java.nio.ByteOrder.LITTLE_ENDIAN
import java.nio.file.Path
import kotlin.io.path.readText

/** One sensor and one session of `core/tests/vectors/telemetry.json`. */
class Vector(private val fields: Map<String, ByteArray>) {
    operator fun get(field: String): ByteArray = fields.getValue(field)

    val node: UInt = ByteBuffer.wrap(get("node")).order(LITTLE_ENDIAN).getInt().toUInt()
    val publicKey: PublicKey = SecretKey.fromBytes(get("node_secret")).use { it.publicKey() }
    val enrolled: Enrolled = Enrolled(node, publicKey, listOf(NonceSource.MEMORY), get("epoch")[0].toUByte())

    /** A gateway that has the vector's keys, over stores of which the records are empty. */
    fun gateway(peers: PeerStore = PeersInMemory(), secrets: SecretsInMemory = SecretsInMemory()): Gateway {
        // Stored as the docs of core's `GatewayKeys` say.
        secrets.kept["saltbox.gateway.keys"] =
            byteArrayOf(1, get("epoch")[0]) + get("gateway_secret") + ByteArray(1 + 32 + 8)
        secrets.kept["saltbox.gateway.records"] = RECORD_KEY
        return Gateway.open(secrets, peers)
    }

    /** The sensor's record in the middle of the session: its first reading came, a command waits. */
    fun record(): ByteArray = SharedKey.fromBytes(RECORD_KEY).use { key ->
        val nonce = randomNonce()
        nonce + key.seal(nonce, get("peer"))
    }

    companion object {
        private val RECORD_KEY = ByteArray(32) { 7 }

        val all: List<Vector> by lazy {
            val file = Path.of(System.getProperty("saltbox.checkout"), "core/tests/vectors/telemetry.json")
            val cases = JsonParser.parseString(file.readText()).asJsonObject["cases"].asJsonArray
            cases.map { case ->
                val fields = case.asJsonObject.entrySet().filter { it.key != "id" }
                Vector(fields.associate { (name, hex) -> name to hex.asString.fromHex() })
            }
        }

        val first: Vector get() = all.first()
    }
}
