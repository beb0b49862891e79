package dev.saltbox.samples.health

import dev.saltbox.SecretKey
import dev.saltbox.SigningKey
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import java.time.Instant

class ReportTest {
    private val now = Instant.parse("2026-01-01T12:00:00Z")
    private val readings = listOf(Measured(now.minusSeconds(60), 36_500), Measured(now, 39_000))
    private val patient = SigningKey.generate()
    private val doctor = SecretKey.generate()
    private val other = SecretKey.generate()
    private val report = Report.seal(readings, patient, doctor.publicKey(), now)

    private fun refused(report: ByteArray, by: SecretKey = doctor, of: SigningKey = patient): String {
        val failure = assertThrows<Failure> { Report.open(report, by, of.verifyingKey()) }
        assertEquals(Exit.REFUSED, failure.exit)
        return failure.message.orEmpty()
    }

    @Test
    fun `the doctor for whom it was sealed opens it`() {
        assertEquals(readings, Report.open(report, doctor, patient.verifyingKey()))
    }

    @Test
    fun `another doctor does not`() {
        assertTrue("not sealed for this key" in refused(report, by = other))
        assertTrue("not sealed for this key" in refused(ByteArray(0)))
    }

    @Test
    fun `nobody else passes for the patient`() {
        val stranger = SigningKey.generate()
        assertTrue("not of this patient" in refused(Report.seal(readings, stranger, doctor.publicKey(), now)))
        assertTrue("not of this patient" in refused(doctor.publicKey().sealAnonymously(ByteArray(10))))
    }

    @Test
    fun `a doctor cannot pass it on as if it had been meant for another`() {
        val passedOn = other.publicKey().sealAnonymously(doctor.openAnonymous(report))
        assertTrue("for another doctor" in refused(passedOn, by = other))
    }
}
