package io.slipway.local.state;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/** Tink keysets (AES-256-GCM) that the services encrypt their stored secrets with. */
public final class Keysets {
  private Keysets() {}

  /** Makes the keyset in the file unless it is there. */
  public static void ensure(Path file) {
    PrivateFiles.readOrCreate(file, Keysets::generate);
  }

  private static String generate() {
    try {
      AeadConfig.register();
      return TinkJsonProtoKeysetFormat.serializeKeyset(
          KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM),
          InsecureSecretKeyAccess.get());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("no keyset could be made", impossible);
    }
  }
}
