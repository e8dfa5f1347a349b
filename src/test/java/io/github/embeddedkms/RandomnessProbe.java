package io.github.embeddedkms;

import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.endpoint.EndpointCertificate;
import io.github.embeddedkms.envelope.Envelope;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.EncapsulationAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import java.lang.StackWalker.StackFrame;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.security.Security;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * A program that performs every action of the library that needs randomness, and prints the class
 * and algorithm of each use. It intercepts the JDK's own sources, which still generate the bytes.
 */
public final class RandomnessProbe {

  private static final Set<String> DRAWN = new ConcurrentSkipListSet<>();

  private RandomnessProbe() {}

  /** Arguments: a folder for stores. */
  public static void main(String[] arguments) throws Exception {
    System.out.println("default: " + new SecureRandom().getAlgorithm());
    Security.insertProviderAt(new Recording(Security.getProvider("SUN")), 1);
    Path folder = Path.of(arguments[0]);
    aesKey();
    sm4Key();
    asymmetricKeys();
    store(folder);
    rootKeyFile(folder);
    EndpointCertificate.generate(List.of());
    new TreeSet<>(DRAWN).forEach(System.out::println);
  }

  private static void aesKey() {
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
      kms.generateDataKey(b -> b.keyId(keyId).keySpec(DataKeySpec.AES_256));
      try (SecretBytes text = SecretBytes.fromUtf8String("text")) {
        kms.encrypt(b -> b.keyId(keyId).plaintext(text));
      }
      kms.generateRandom(b -> b.numberOfBytes(10));
      try (Envelope envelope = Envelope.builder(kms).key(keyId).build()) {
        envelope.seal(new byte[10], EncryptionContext.none());
      }
    }
  }

  private static void sm4Key() {
    try (LocalKeyProvider kms = LocalKeyProvider.builder().region("cn-north-1").build()) {
      String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
      kms.generateDataKey(b -> b.keyId(keyId).keySpec(DataKeySpec.AES_128));
    }
  }

  /** One key for each class that needs randomness for its signatures or ciphertexts. */
  private static void asymmetricKeys() {
    try (LocalKeyProvider kms = LocalKeyProvider.builder().region("cn-north-1").build()) {
      for (KeySpec spec : List.of(KeySpec.RSA_2048, KeySpec.SM2)) {
        encrypt(kms, spec);
      }
      for (KeySpec spec :
          List.of(KeySpec.RSA_2048, KeySpec.ECC_NIST_P256, KeySpec.SM2, KeySpec.ML_DSA_44)) {
        sign(kms, spec);
      }
    }
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      sign(kms, KeySpec.ECC_SECG_P256_K1);
      String keyId = newKey(kms, KeySpec.ML_KEM_512, KeyUsageType.ENCAPSULATE_DECAPSULATE);
      kms.encapsulate(
          b -> b.keyId(keyId).encapsulationAlgorithm(EncapsulationAlgorithmSpec.ML_KEM));
    }
  }

  private static String newKey(LocalKeyProvider kms, KeySpec spec, KeyUsageType usage) {
    return kms.createKey(b -> b.keySpec(spec).keyUsage(usage)).keyMetadata().keyId();
  }

  private static void encrypt(LocalKeyProvider kms, KeySpec spec) {
    String keyId = newKey(kms, spec, KeyUsageType.ENCRYPT_DECRYPT);
    EncryptionAlgorithmSpec algorithm = KeySpecTable.of(spec).encryption().get(0);
    try (SecretBytes text = SecretBytes.fromUtf8String("text")) {
      Bytes ciphertext =
          kms.encrypt(b -> b.keyId(keyId).plaintext(text).encryptionAlgorithm(algorithm))
              .ciphertextBlob();
      kms.decrypt(b -> b.keyId(keyId).ciphertextBlob(ciphertext).encryptionAlgorithm(algorithm));
    }
  }

  private static void sign(LocalKeyProvider kms, KeySpec spec) {
    String keyId = newKey(kms, spec, KeyUsageType.SIGN_VERIFY);
    SigningAlgorithmSpec algorithm = KeySpecTable.of(spec).signing().get(0);
    try (SecretBytes text = SecretBytes.fromUtf8String("text")) {
      kms.sign(b -> b.keyId(keyId).message(text).signingAlgorithm(algorithm));
    }
  }

  private static void store(Path folder) {
    try (RootKey rootKey = RootKey.ofPassphrase("open sesame".toCharArray());
        SealedKeyStorage storage =
            SealedKeyStorage.builder(folder.resolve("store.db")).rootKey(rootKey).open();
        LocalKeyProvider kms = LocalKeyProvider.builder().storage(storage).build()) {
      kms.createKey(b -> {});
      storage.reseal();
      storage.changeRootKey(rootKey);
    }
  }

  private static void rootKeyFile(Path folder) {
    RootKey.createFile(folder.resolve("root.key"));
  }

  /** All sources of the JDK's provider by their own names, the default source first. */
  private static final class Recording extends Provider {

    private static final long serialVersionUID = 1L;

    Recording(Provider original) {
      super("Recording", "1", "records the callers");
      String byDefault = new SecureRandom().getAlgorithm();
      putService(new Source(this, original, byDefault));
      original.getServices().stream()
          .filter(service -> service.getType().equals("SecureRandom"))
          .map(Provider.Service::getAlgorithm)
          // Put again, it would be the last.
          .filter(algorithm -> !algorithm.equals(byDefault))
          .forEach(algorithm -> putService(new Source(this, original, algorithm)));
    }
  }

  private static final class Source extends Provider.Service {

    private final Provider original;

    Source(Provider provider, Provider original, String algorithm) {
      super(provider, "SecureRandom", algorithm, RecordingSpi.class.getName(), List.of(), null);
      this.original = original;
    }

    @Override
    public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
      return new RecordingSpi(SecureRandom.getInstance(getAlgorithm(), original));
    }
  }

  private static final class RecordingSpi extends SecureRandomSpi {

    private static final long serialVersionUID = 1L;

    private final SecureRandom original;

    RecordingSpi(SecureRandom original) {
      this.original = original;
    }

    @Override
    protected void engineNextBytes(byte[] bytes) {
      DRAWN.add(original.getAlgorithm() + " " + callerOfRandom());
      original.nextBytes(bytes);
    }

    @Override
    protected byte[] engineGenerateSeed(int length) {
      DRAWN.add(original.getAlgorithm() + " " + callerOfRandom());
      return original.generateSeed(length);
    }

    @Override
    protected void engineSetSeed(byte[] seed) {
      original.setSeed(seed);
    }
  }

  /**
   * Returns the class that called the JDK's classes. The JDK itself also needs randomness, for
   * example for the names of temporary files.
   */
  private static String callerOfRandom() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .map(StackFrame::getClassName)
                    .filter(name -> !name.startsWith("java"))
                    .filter(name -> !name.startsWith("sun."))
                    .filter(name -> !name.startsWith("com.sun."))
                    .filter(name -> !name.startsWith(RandomnessProbe.class.getName()))
                    .findFirst()
                    .orElse("the JDK"));
  }
}
