package dev.saltbox

import java.io.IOException
import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import java.nio.channels.OverlappingFileLockException
import java.nio.file.Path
import java.nio.file.StandardOpenOption.CREATE
import java.nio.file.StandardOpenOption.WRITE

/** Format, length of the record, length of the ephemeral keys; big-endian, 4 bytes each. */
private const val HEADER = 12
private const val FORMAT = 1
private const val KEY = 32

/**
 * Keeps a gateway's records in a folder, a file a sensor, for an app that has no database.
 *
 * The folder is locked until [close], or until the process ends however it ends: two writers would undo each other's
 * records, and let old frames in again. Opened twice, here or in another process, it throws [StoreException.Failed].
 *
 * Each [save] replaces the sensor's file as a whole, on the disk when it returns: record and ephemeral keys together, the old
 * or the new, also if the process is killed. The file grows by 32 bytes each time the sensor boots.
 *
 * Security: the records come sealed. Leave the folder out of backups (on Android, `Context.getNoBackupFilesDir`): an older
 * record lets old frames in again.
 */
public class FilePeerStore(private val folder: Path) : PeerStore, AutoCloseable {
    private val lock = failing { locked() }

    @Synchronized
    @Throws(StoreException::class)
    override fun load(node: UInt): ByteArray? = read(node)?.record

    @Synchronized
    @Throws(StoreException::class)
    override fun save(node: UInt, record: ByteArray, ephemeral: ByteArray?) {
        val seen = (read(node)?.seen ?: ByteArray(0)) + (ephemeral ?: ByteArray(0))
        val bytes = ByteBuffer.allocate(HEADER + record.size + seen.size)
        bytes.putInt(FORMAT).putInt(record.size).putInt(seen.size).put(record).put(seen)
        failing { replaceDurably(file(node), bytes.array()) }
    }

    @Synchronized
    @Throws(StoreException::class)
    override fun hasSeen(node: UInt, ephemeral: ByteArray): Boolean {
        val seen = read(node)?.seen ?: return false
        return (seen.indices step KEY).any { seen.copyOfRange(it, it + KEY).contentEquals(ephemeral) }
    }

    /** Lets go of the folder; close the gateway first. */
    @Synchronized
    override fun close() {
        lock.close()
    }

    /** The lock goes with the channel. */
    private fun locked(): FileChannel {
        makePrivate(folder)
        val channel = FileChannel.open(folder.resolve("lock"), setOf(CREATE, WRITE), OWNER_ALONE)
        val mine = try {
            channel.tryLock() != null
        } catch (_: OverlappingFileLockException) {
            false
        }
        if (mine) return channel
        channel.close()
        throw StoreException.Failed("$folder is open already, here or in another process")
    }

    private class Contents(val record: ByteArray, val seen: ByteArray)

    private fun read(node: UInt): Contents? {
        if (!lock.isOpen) throw StoreException.Failed("$folder was closed")
        val bytes = ByteBuffer.wrap(failing { readIfThere(file(node)) } ?: return null)
        val lengths = if (bytes.remaining() < HEADER) null else List(HEADER / Int.SIZE_BYTES) { bytes.getInt() }
        val (format, record, seen) = lengths ?: listOf(0, 0, 0)
        val rest = bytes.remaining().toLong()
        if (format != FORMAT || record < 0 || seen < 0 || seen % KEY != 0 || record.toLong() + seen != rest) {
            throw StoreException.Failed("${file(node)} is damaged: remove it, and enrol the sensor afresh")
        }
        return Contents(ByteArray(record).also { bytes.get(it) }, ByteArray(seen).also { bytes.get(it) })
    }

    private fun file(node: UInt) = folder.resolve("sensor-$node")

    private fun <T> failing(work: () -> T): T =
        try {
            work()
        } catch (error: IOException) {
            throw StoreException.Failed("$folder: $error")
        }
}
