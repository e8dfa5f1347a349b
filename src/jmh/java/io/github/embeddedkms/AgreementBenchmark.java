package io.github.embeddedkms;

import io.github.embeddedkms.crypto.Encapsulation;
import io.github.embeddedkms.crypto.KeyPairType;
import io.github.embeddedkms.crypto.PrivateKeyMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.concurrent.TimeUnit;
import javax.crypto.KeyAgreement;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Agreeing on secrets, compared with the bare call of the same library under keys that were parsed
 * before: the JDK for P-256, Bouncy Castle for ML-KEM-768. Only the peer's key of P-256 is new in
 * each call: this library parses and checks it, the bare call does not.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class AgreementBenchmark {

  private final SecureRandom random = new SecureRandom();

  private PrivateKeyMaterial curveKey;
  private Bytes peer;
  private PrivateKey barePrivateKey;
  private PublicKey barePeer;

  private PrivateKeyMaterial kemKey;
  private Bytes ciphertext;
  private byte[] ciphertextBytes;
  private MLKEMPrivateKeyParameters bareDecapsulationKey;
  private MLKEMPublicKeyParameters bareEncapsulationKey;

  @Setup
  public void setUp() throws GeneralSecurityException, IOException {
    curveKey = PrivateKeyMaterial.generate("key", KeyPairType.ECC_NIST_P256, random);
    peer = PrivateKeyMaterial.generate("peer", KeyPairType.ECC_NIST_P256, random).publicKey();
    KeyFactory factory = KeyFactory.getInstance("EC");
    barePrivateKey = factory.generatePrivate(new PKCS8EncodedKeySpec(privateKey(curveKey)));
    barePeer = factory.generatePublic(new X509EncodedKeySpec(peer.asByteArray()));

    kemKey = PrivateKeyMaterial.generate("key", KeyPairType.ML_KEM_768, random);
    ciphertext = kemKey.publicHalf().encapsulate().ciphertext();
    ciphertextBytes = ciphertext.asByteArray();
    bareDecapsulationKey =
        (MLKEMPrivateKeyParameters) PrivateKeyFactory.createKey(privateKey(kemKey));
    bareEncapsulationKey =
        (MLKEMPublicKeyParameters) PublicKeyFactory.createKey(kemKey.publicKey().asByteArray());
  }

  private static byte[] privateKey(PrivateKeyMaterial key) {
    return key.<byte[], RuntimeException>lend(byte[]::clone);
  }

  @Benchmark
  public byte[] agreeFloor() throws GeneralSecurityException {
    KeyAgreement bare = KeyAgreement.getInstance("ECDH");
    bare.init(barePrivateKey);
    bare.doPhase(barePeer, true);
    return bare.generateSecret();
  }

  @Benchmark
  public SecretBytes agree() {
    return curveKey.agree(peer);
  }

  @Benchmark
  public SecretWithEncapsulation encapsulateFloor() {
    return new MLKEMGenerator(random).generateEncapsulated(bareEncapsulationKey);
  }

  @Benchmark
  public Encapsulation encapsulate() {
    return kemKey.publicHalf().encapsulate();
  }

  @Benchmark
  public byte[] decapsulateFloor() {
    return new MLKEMExtractor(bareDecapsulationKey).extractSecret(ciphertextBytes);
  }

  @Benchmark
  public SecretBytes decapsulate() {
    return kemKey.decapsulate(ciphertext);
  }
}
