package dev.saltbox.benchmarks;

import com.goterl.lazysodium.LazySodiumJava;
import com.goterl.lazysodium.SodiumJava;
import com.goterl.lazysodium.interfaces.Box;
import com.goterl.lazysodium.utils.LibraryLoader;
import dev.saltbox.PublicKey;
import dev.saltbox.SecretKey;
import dev.saltbox.SharedKey;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A box sealed and opened by Saltbox and by lazysodium, which both reach their library through JNA.
 *
 * <p>Each returns a new array, as an app needs it. The nonce is the same every time: drawing one is not measured.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
public class BoxBench {
    @Param({"64", "16384"})
    public int bytes;

    private final byte[] nonce = new byte[Box.NONCEBYTES];
    private byte[] message;
    private byte[] sealed;

    private SecretKey secretKey;
    private PublicKey publicKey;
    private SharedKey key;
    private ByteBuffer directNonce;
    private ByteBuffer directMessage;
    private ByteBuffer directSealed;

    private Box.Native sodium;
    private byte[] sodiumSecretKey;
    private byte[] sodiumPublicKey;
    private byte[] sodiumKey;

    @Setup
    public void setUp() throws Exception {
        message = new byte[bytes];
        Arrays.fill(message, (byte) 0x5a);

        secretKey = SecretKey.Companion.generate();
        publicKey = SecretKey.Companion.generate().publicKey();
        key = SharedKey.Companion.agree(secretKey, publicKey);
        sealed = key.seal(nonce, message);
        directNonce = direct(nonce);
        directMessage = direct(message);
        directSealed = direct(sealed);

        // The library that its users get, not the system's.
        sodium = new LazySodiumJava(new SodiumJava(LibraryLoader.Mode.BUNDLED_ONLY));
        sodiumSecretKey = secretKey.exposeSecret();
        sodiumPublicKey = publicKey.toBytes();
        sodiumKey = key.exposeSecret();

        // Both do the same work, or the figures mean nothing.
        must(Arrays.equals(sealed, sodiumSeal()));
        must(Arrays.equals(sealed, sodiumFirstExample()));
        must(Arrays.equals(sealed, sealDirect()));
        must(Arrays.equals(message, sodiumOpen()));
        must(Arrays.equals(message, open()));
        must(Arrays.equals(message, openDirect()));
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static void must(boolean same) {
        if (!same) {
            throw new IllegalStateException("the two libraries disagree");
        }
    }

    @Benchmark
    public byte[] seal() throws Exception {
        return key.seal(nonce, message);
    }

    @Benchmark
    public byte[] sealDirect() throws Exception {
        return key.sealDirect(directNonce, directMessage);
    }

    @Benchmark
    public byte[] open() throws Exception {
        return key.open(nonce, sealed);
    }

    @Benchmark
    public byte[] openDirect() throws Exception {
        return key.openDirect(directNonce, directSealed);
    }

    @Benchmark
    public byte[] firstExample() throws Exception {
        try (SharedKey agreed = SharedKey.Companion.agree(secretKey, publicKey)) {
            return agreed.seal(nonce, message);
        }
    }

    @Benchmark
    public byte[] sodiumSeal() {
        byte[] sealed = new byte[bytes + Box.MACBYTES];
        must(sodium.cryptoBoxEasyAfterNm(sealed, message, bytes, nonce, sodiumKey));
        return sealed;
    }

    @Benchmark
    public byte[] sodiumOpen() {
        byte[] opened = new byte[bytes];
        must(sodium.cryptoBoxOpenEasyAfterNm(opened, sealed, sealed.length, nonce, sodiumKey));
        return opened;
    }

    @Benchmark
    public byte[] sodiumFirstExample() {
        byte[] sealed = new byte[bytes + Box.MACBYTES];
        must(sodium.cryptoBoxEasy(sealed, message, bytes, nonce, sodiumPublicKey, sodiumSecretKey));
        return sealed;
    }
}
