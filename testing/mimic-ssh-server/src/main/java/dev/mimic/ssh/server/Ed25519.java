package dev.mimic.ssh.server;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.interfaces.EdECKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import org.apache.sshd.common.config.keys.PrivateKeyEntryDecoder;
import org.apache.sshd.common.config.keys.PublicKeyEntryDecoder;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.security.AbstractSecurityProviderRegistrar;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.common.util.security.eddsa.generic.EdDSASupport;
import org.apache.sshd.common.util.security.eddsa.generic.EdDSAUtils;
import org.apache.sshd.common.util.security.eddsa.generic.GenericEd25519PublicKeyDecoder;
import org.apache.sshd.common.util.security.eddsa.generic.GenericOpenSSHEd25519PrivateKeyEntryDecoder;
import org.apache.sshd.common.util.security.eddsa.generic.GenericSignatureEd25519;

/**
 * The support of MINA SSHD for Ed25519 by the JDK. MINA itself supports Ed25519 only with other
 * providers, such as Bouncy Castle, which it adds to the JVM if its classes are present.
 */
final class Ed25519 implements EdDSASupport<EdECPublicKey, EdECPrivateKey> {
  private static final String BOUNCY_CASTLE = "BC";

  /**
   * Registers this class with MINA for the whole JVM, because MINA keeps its providers in a static
   * field. No provider is added to the JVM.
   */
  static void register() {
    SecurityUtils.setAPrioriDisabledProvider(
        BOUNCY_CASTLE, true); // no effect if MINA has it already
    if (!SecurityUtils.isEDDSACurveSupported()) {
      SecurityUtils.registerSecurityProvider(new JdkRegistrar());
    }
  }

  /** Converts the keys to the provider that MINA uses. */
  static KeyPair toProviderOfMina(KeyPair pair) throws GeneralSecurityException {
    KeyFactory factory = SecurityUtils.getKeyFactory(SecurityUtils.ED25519);
    return new KeyPair(
        factory.generatePublic(new X509EncodedKeySpec(pair.getPublic().getEncoded())),
        factory.generatePrivate(new PKCS8EncodedKeySpec(pair.getPrivate().getEncoded())));
  }

  /** The registration of the JDK's provider with MINA. */
  private static final class JdkRegistrar extends AbstractSecurityProviderRegistrar {
    JdkRegistrar() {
      super("JdkEd25519");
    }

    @Override
    public String getProviderName() {
      return "SunEC";
    }

    @Override
    public boolean isSupported() {
      return getSecurityProvider() != null;
    }

    @Override
    public Provider getSecurityProvider() {
      return Security.getProvider(getProviderName());
    }

    @Override
    public Optional<EdDSASupport<?, ?>> getEdDSASupport() {
      return Optional.of(new Ed25519());
    }
  }

  @Override
  public PublicKeyEntryDecoder<EdECPublicKey, EdECPrivateKey> getEDDSAPublicKeyEntryDecoder() {
    return new GenericEd25519PublicKeyDecoder<>(EdECPublicKey.class, EdECPrivateKey.class, this);
  }

  @Override
  public PrivateKeyEntryDecoder<EdECPublicKey, EdECPrivateKey>
      getOpenSSHEDDSAPrivateKeyEntryDecoder() {
    return new GenericOpenSSHEd25519PrivateKeyEntryDecoder<>(
        EdECPublicKey.class, EdECPrivateKey.class, this);
  }

  @Override
  public Signature getEDDSASigner() {
    return new GenericSignatureEd25519(SecurityUtils.ED25519);
  }

  @Override
  public int getEDDSAKeySize(Key key) {
    return key instanceof EdECKey ? KEY_SIZE : -1;
  }

  @Override
  public Class<EdECPublicKey> getEDDSAPublicKeyType() {
    return EdECPublicKey.class;
  }

  @Override
  public Class<EdECPrivateKey> getEDDSAPrivateKeyType() {
    return EdECPrivateKey.class;
  }

  @Override
  public boolean compareEDDSAPPublicKeys(PublicKey one, PublicKey other) {
    return one instanceof EdECPublicKey && one.equals(other);
  }

  @Override
  public boolean compareEDDSAPrivateKeys(PrivateKey one, PrivateKey other) {
    return one instanceof EdECPrivateKey && one.equals(other);
  }

  @Override
  public EdECPublicKey recoverEDDSAPublicKey(PrivateKey key) {
    throw new UnsupportedOperationException("cannot derive a public key from a private key");
  }

  @Override
  public EdECPublicKey generateEDDSAPublicKey(byte[] bytes) throws GeneralSecurityException {
    return (EdECPublicKey) factory().generatePublic(EdDSAUtils.createPublicKeySpec(bytes));
  }

  @Override
  public EdECPrivateKey generateEDDSAPrivateKey(byte[] bytes) throws GeneralSecurityException {
    return (EdECPrivateKey) factory().generatePrivate(EdDSAUtils.createPrivateKeySpec(bytes));
  }

  private static KeyFactory factory() throws GeneralSecurityException {
    return KeyFactory.getInstance(SecurityUtils.ED25519);
  }

  @Override
  public <B extends Buffer> B putRawEDDSAPublicKey(B buffer, PublicKey key) {
    buffer.putBytes(getPublicKeyData((EdECPublicKey) key));
    return buffer;
  }

  @Override
  public <B extends Buffer> B putEDDSAKeyPair(B buffer, PublicKey key, PrivateKey privateKey) {
    throw new UnsupportedOperationException("a server does not send private keys");
  }

  @Override
  public KeySpec createPublicKeySpec(EdECPublicKey key) {
    return new X509EncodedKeySpec(key.getEncoded());
  }

  @Override
  public KeySpec createPrivateKeySpec(EdECPrivateKey key) {
    return new PKCS8EncodedKeySpec(key.getEncoded());
  }

  @Override
  public byte[] getPublicKeyData(EdECPublicKey key) {
    try {
      return EdDSAUtils.getBytes(key);
    } catch (InvalidKeyException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public byte[] getPrivateKeyData(EdECPrivateKey key) throws IOException {
    try {
      return EdDSAUtils.getBytes(key);
    } catch (InvalidKeyException e) {
      throw new IOException(e);
    }
  }

  @Override
  public String getKeyFactoryAlgorithm() {
    return SecurityUtils.ED25519;
  }
}
