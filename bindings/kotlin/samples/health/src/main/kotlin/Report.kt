package dev.saltbox.samples.health

import dev.saltbox.PublicKey
import dev.saltbox.SaltboxException
import dev.saltbox.SecretKey
import dev.saltbox.SigningKey
import dev.saltbox.VerifyingKey
import dev.saltbox.use
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import java.time.Instant

/**
 * A report to one doctor: `crypto_box_seal(signature || JSON)`, two formats of libsodium and none of our own.
 *
 * The sealed box hides who sent it, and proves nothing about that: whoever has the doctor's public key can make one. So
 * the patient signs what is inside. The JSON names the doctor, so that nobody passes a report on as if it had been
 * meant for somebody else.
 */
object Report {
    private const val SIGNATURE = 64

    fun seal(readings: List<Measured>, patient: SigningKey, doctor: PublicKey, now: Instant): ByteArray {
        val json = buildJsonObject {
            put("for", doctor.toHex())
            put("made", now.toString())
            putJsonArray("readings") {
                for (it in readings) addJsonObject {
                    put("time", it.time.toString())
                    put("millidegrees", it.millidegrees)
                }
            }
        }
        val text = json.toString().encodeToByteArray()
        return doctor.sealAnonymously(patient.sign(text) + text)
    }

    /** Opens a report that [patient] made for the holder of [doctor]. */
    fun open(sealed: ByteArray, doctor: SecretKey, patient: VerifyingKey): List<Measured> {
        val signed = refusing("the report is not sealed for this key, or it is damaged: ask the patient for another") {
            doctor.openAnonymous(sealed)
        }
        val strange = "the report is not of this patient: compare the fingerprint of the patient's key with the patient"
        if (signed.size < SIGNATURE) throw Failure(Exit.REFUSED, strange)
        val text = signed.copyOfRange(SIGNATURE, signed.size)
        refusing(strange) { patient.verify(text, signed.copyOf(SIGNATURE)) }
        val json = Json.parseToJsonElement(text.decodeToString()).jsonObject
        val own = doctor.publicKey().use { it.toHex() }
        if (json.getValue("for").jsonPrimitive.content != own) {
            throw Failure(Exit.REFUSED, "the report was made for another doctor, who passed it on: ask the patient")
        }
        return json.getValue("readings").jsonArray.map { it.jsonObject }.map {
            Measured(Instant.parse(it.getValue("time").jsonPrimitive.content), it.getValue("millidegrees").jsonPrimitive.int)
        }
    }

    private fun <T> refusing(message: String, work: () -> T): T = try {
        work()
    } catch (_: SaltboxException.Forged) {
        throw Failure(Exit.REFUSED, message)
    }
}
