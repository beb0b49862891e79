package dev.saltbox

import com.sun.jna.Library
import com.sun.jna.Native
import com.sun.jna.Structure
import java.nio.file.Path
import kotlin.io.path.readLines

/** What this process holds, in bytes, after the garbage collector and the cleaner have done their work. */
class Memory private constructor(
    /** What `malloc` has given out, to Rust and to the JVM: exact. */
    val allocated: Long,
    /** What the kernel says. */
    val resident: Long,
) {
    operator fun minus(before: Memory) = Memory(allocated - before.allocated, resident - before.resident)

    override fun toString() = "${allocated / 1024} KiB allocated, ${resident / 1024} KiB resident"

    @Structure.FieldOrder("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")
    open class Mallinfo : Structure() {
        @JvmField var arena = 0L
        @JvmField var ordblks = 0L
        @JvmField var smblks = 0L
        @JvmField var hblks = 0L
        @JvmField var hblkhd = 0L
        @JvmField var usmblks = 0L
        @JvmField var fsmblks = 0L
        @JvmField var uordblks = 0L
        @JvmField var fordblks = 0L
        @JvmField var keepcost = 0L

        class ByValue : Mallinfo(), Structure.ByValue
    }

    interface C : Library {
        fun mallinfo2(): Mallinfo.ByValue
    }

    companion object {
        private val c = Native.load("c", C::class.java)

        private fun allocated() = c.mallinfo2().let { it.uordblks + it.hblkhd }

        private fun resident(): Long {
            val line = Path.of("/proc/self/status").readLines().first { it.startsWith("VmRSS:") }
            return 1024 * line.filter { it.isDigit() }.toLong()
        }

        /** Waits until nothing more is freed. */
        fun now(): Memory {
            var least = Long.MAX_VALUE
            var still = 0
            while (still < 5) {
                System.gc()
                Thread.sleep(200)
                val allocated = allocated()
                still = if (allocated < least - 4096) 0 else still + 1
                least = minOf(least, allocated)
            }
            return Memory(least, resident())
        }
    }
}
