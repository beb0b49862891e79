package dev.saltbox

import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.readText
import kotlin.io.path.writeText
import org.jetbrains.kotlin.abi.tools.AbiToolsFactory
import org.jetbrains.kotlin.abi.tools.api.AbiFilters
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

/** The public API, as `api.txt` has it: a change is made on purpose, and is seen in review. */
class ApiTest {
    @Test
    fun `the public API is the one that is written down`() {
        val file = Path.of(System.getProperty("saltbox.checkout"), "bindings/kotlin/api.txt")
        val classes = Path.of(SecretKey::class.java.protectionDomain.codeSource.location.toURI())
            .toFile().walk().filter { it.extension == "class" }.sorted().toList()
        val api = StringBuilder().also { AbiToolsFactory().get().v2.printJvmDump(it, classes, FILTERS) }.toString()
        if (System.getenv("SALTBOX_UPDATE_API") != null) file.writeText(api)
        val written = if (file.exists()) file.readText() else ""
        assertEquals(
            written, api,
            "the public API is another than bindings/kotlin/api.txt says. If that is meant, write it down by\n" +
                "  cargo xtask bindings kotlin --update-api\nand commit it\n",
        )
    }

    private companion object {
        /** UniFFI's machinery: public because the code that it inlines is. */
        val FILTERS = AbiFilters(
            emptySet(),
            setOf(
                "dev.saltbox.FfiConverter**", "dev.saltbox.RustBuffer**", "dev.saltbox.ForeignBytes**", "dev.saltbox.Uniffi**",
                "dev.saltbox.uniffi**", "dev.saltbox.NoHandle",
            ),
            emptySet(),
            emptySet(),
        )
    }
}
