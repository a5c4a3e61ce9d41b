package io.slipway.identity.client.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Security;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.jose4j.jca.ProviderContext;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SignatureLibraryTest {
  private static final ProviderContext LIBRARY = SignatureLibrary.providers();
  private static final ProviderContext JDK = new ProviderContext();

  @Test
  void shouldBeLoadedAndAskedForNothingElse() throws GeneralSecurityException {
    String name = LIBRARY.getSuppliedKeyProviderContext().getSignatureProvider();

    assertThat(name).isEqualTo("AmazonCorrettoCryptoProvider");
    assertThat(Signature.getInstance("SHA256withECDSA").getProvider().getName()).isEqualTo("SunEC");
    assertThat(Security.getProviders()[Security.getProviders().length - 1].getName())
        .isEqualTo(name);
  }

  @ParameterizedTest
  @EnumSource(TokenAlgorithm.class)
  void shouldSignWhatTheJdkVerifiesAndTheReverse(TokenAlgorithm algorithm) throws Exception {
    KeyPair keys = keys(algorithm);

    for (ProviderContext signer : new ProviderContext[] {LIBRARY, JDK}) {
      for (ProviderContext verifier : new ProviderContext[] {LIBRARY, JDK}) {
        String token = sign(algorithm, keys, signer);
        assertThat(verified(token, keys, verifier)).isTrue();
        assertThat(verified(changed(token), keys, verifier)).isFalse();
        assertThat(verified(token, keys(algorithm), verifier)).isFalse();
      }
    }
  }

  @Test
  void shouldRefuseASignatureOfNothing() throws Exception {
    KeyPair keys = keys(TokenAlgorithm.ES256);
    String token = sign(TokenAlgorithm.ES256, keys, LIBRARY);
    String zeros = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]);

    assertThat(verified(token.substring(0, token.lastIndexOf('.') + 1) + zeros, keys, LIBRARY))
        .isFalse();
  }

  private static KeyPair keys(TokenAlgorithm algorithm) throws GeneralSecurityException {
    KeyPairGenerator generator =
        KeyPairGenerator.getInstance(algorithm == TokenAlgorithm.RS256 ? "RSA" : "EC");
    if (algorithm == TokenAlgorithm.RS256) {
      generator.initialize(2048);
    } else {
      generator.initialize(new ECGenParameterSpec("secp256r1"));
    }
    return generator.generateKeyPair();
  }

  private static String sign(TokenAlgorithm algorithm, KeyPair keys, ProviderContext providers)
      throws JoseException {
    JsonWebSignature signature = new JsonWebSignature();
    signature.setProviderContext(providers);
    signature.setAlgorithmHeaderValue(algorithm.name());
    signature.setKey(keys.getPrivate());
    signature.setPayload("{\"sub\":\"somebody\"}");
    return signature.getCompactSerialization();
  }

  private static boolean verified(String token, KeyPair keys, ProviderContext providers)
      throws JoseException {
    JsonWebSignature signature = new JsonWebSignature();
    signature.setProviderContext(providers);
    signature.setCompactSerialization(token);
    signature.setKey(keys.getPublic());
    return signature.verifySignature();
  }

  private static String changed(String token) {
    int at = token.indexOf('.') + 5;
    return token.substring(0, at) + (token.charAt(at) == 'A' ? 'B' : 'A') + token.substring(at + 1);
  }
}
