package io.slipway.broker.sealing;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;

/** The Tink keyset in a file that encrypts what the database holds. */
final class Keyset {
  private Keyset() {}

  /**
   * Reads the keyset.
   *
   * @param mayCreate whether a missing file may be made: only while nothing is encrypted yet
   * @throws IllegalStateException if it is missing or not a keyset; the message names the file
   */
  static Aead open(Path file, boolean mayCreate) {
    try {
      AeadConfig.register();
      if (!Files.exists(file)) {
        if (!mayCreate) {
          throw new IllegalStateException(
              "The keyset "
                  + file
                  + " is missing, but the database holds credentials encrypted by it:"
                  + " bring the file back (slipway.broker.keyset-file).");
        }
        create(file);
      }
      KeysetHandle keyset =
          TinkJsonProtoKeysetFormat.parseKeyset(
              Files.readString(file), InsecureSecretKeyAccess.get());
      return keyset.getPrimitive(RegistryConfiguration.get(), Aead.class);
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(file + " is not an AEAD keyset of Tink", broken);
    } catch (IOException unreadable) {
      throw new IllegalStateException("The keyset " + file + " can't be read", unreadable);
    }
  }

  private static void create(Path file) throws GeneralSecurityException, IOException {
    KeysetHandle fresh = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM);
    String text = TinkJsonProtoKeysetFormat.serializeKeyset(fresh, InsecureSecretKeyAccess.get());
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path whole =
        Files.createTempFile(
            folder,
            ".keyset",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(whole, text, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
      // A link fails where a file is: of two instances one makes it, both read the same.
      Files.createLink(file, whole);
    } catch (FileAlreadyExistsException otherWasFirst) {
      // read below
    } finally {
      Files.delete(whole);
    }
  }
}
