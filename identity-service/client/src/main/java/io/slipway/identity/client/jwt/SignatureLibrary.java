package io.slipway.identity.client.jwt;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.Security;
import org.jose4j.jca.ProviderContext;

/**
 * Who computes signatures of tokens: AWS-LC, a native library, which signs ES256 in an eighth of
 * the JDK's time and verifies it in a ninth. A run takes several of both, and nothing else in
 * identity-service costs as much. The keys, the algorithms and what is refused are the same; TLS
 * and all else stay with the JDK.
 */
public final class SignatureLibrary {
  private static final Logger LOG = System.getLogger(SignatureLibrary.class.getName());

  private SignatureLibrary() {}

  /**
   * What jose4j is to ask for signatures. Where the library is not for the machine's processor or
   * system, or may not be loaded, that is the JDK, and the log says so once.
   */
  public static ProviderContext providers() {
    return Loaded.PROVIDERS;
  }

  private static final class Loaded {
    static final ProviderContext PROVIDERS = providers();

    private static ProviderContext providers() {
      ProviderContext context = new ProviderContext();
      AmazonCorrettoCryptoProvider library = AmazonCorrettoCryptoProvider.INSTANCE;
      Throwable failure = library.getLoadingError();
      if (failure != null) {
        LOG.log(
            Level.INFO,
            "action=load-signatures result=failed: the JDK signs and verifies tokens, which takes"
                + " eight times as long; programs of java.io.tmpdir must be allowed to run: {0}",
            failure.toString());
        return context;
      }
      Security.addProvider(library); // the last one: whoever names no provider gets the JDK's
      context.getSuppliedKeyProviderContext().setSignatureProvider(library.getName());
      return context;
    }
  }
}
