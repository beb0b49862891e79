package dev.saltbox

import com.sun.jna.Memory
import com.sun.jna.Pointer

/**
 * Where Rust writes what became of a call: a byte that says how it ended, and the buffer of an error.
 *
 * Every call needs one, and a call of the app takes up to five of Rust. A `Structure` of JNA takes many times as long to make
 * as the call itself; here each thread keeps its own and uses them again. Several at a time, because a store that Rust calls
 * may call Rust.
 */
internal object CallStatus {
    private const val CODE = 0L
    private const val CAPACITY = 8L
    private const val LENGTH = 16L
    private const val DATA = 24L
    private const val SIZE = 32L

    private val idle = ThreadLocal.withInitial { ArrayDeque<Memory>() }

    /** Runs [call] with a status, and hands it to [failed] unless the call succeeded. */
    inline fun <T> lend(call: (Pointer) -> T, failed: (UniffiRustCallStatus) -> Unit): T {
        val status = take()
        try {
            val value = call(status)
            if (status.getByte(CODE) != UNIFFI_CALL_SUCCESS) failed(read(status))
            return value
        } finally {
            give(status)
        }
    }

    /** All zeros, which Rust leaves as they are when a call succeeds. */
    fun take(): Memory = idle.get().removeLastOrNull() ?: Memory(SIZE).apply { clear() }

    fun give(status: Memory) {
        if (status.getByte(CODE) != UNIFFI_CALL_SUCCESS) status.clear()
        idle.get().addLast(status)
    }

    fun read(status: Pointer): UniffiRustCallStatus {
        val error = RustBuffer.create(
            status.getLong(CAPACITY).toULong(),
            status.getLong(LENGTH).toULong(),
            status.getPointer(DATA),
        )
        return UniffiRustCallStatus.create(status.getByte(CODE), error)
    }
}
