package dev.saltbox

import java.io.IOException
import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.NoSuchFileException
import java.nio.file.Path
import java.nio.file.StandardCopyOption.ATOMIC_MOVE
import java.nio.file.StandardOpenOption.CREATE_NEW
import java.nio.file.StandardOpenOption.READ
import java.nio.file.StandardOpenOption.WRITE
import java.nio.file.attribute.PosixFilePermissions

/** Of a file that its owner alone may read and write. */
internal val OWNER_ALONE = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))

/** Makes `folder`, if it is not there, for its owner alone. */
@Throws(IOException::class)
internal fun makePrivate(folder: Path) {
    val mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
    if (!Files.isDirectory(folder)) Files.createDirectories(folder, mode)
}

/**
 * Puts a file with `bytes` in the place of `file`: on the disk when this returns, readable by its owner alone. Whoever cuts
 * the power or kills the process leaves the old file or the new one.
 */
@Throws(IOException::class)
internal fun replaceDurably(file: Path, bytes: ByteArray) {
    val folder = file.toAbsolutePath().parent
    val next = folder.resolve("${file.fileName}.new")
    Files.deleteIfExists(next)
    FileChannel.open(next, setOf(CREATE_NEW, WRITE), OWNER_ALONE).use { channel ->
        val rest = ByteBuffer.wrap(bytes)
        while (rest.hasRemaining()) channel.write(rest)
        channel.force(true)
    }
    Files.move(next, file, ATOMIC_MOVE)
    FileChannel.open(folder, READ).use { it.force(true) }
}

/** What is in `file`, or nothing if it does not exist. */
@Throws(IOException::class)
internal fun readIfThere(file: Path): ByteArray? =
    try {
        Files.readAllBytes(file)
    } catch (_: NoSuchFileException) {
        null
    }
