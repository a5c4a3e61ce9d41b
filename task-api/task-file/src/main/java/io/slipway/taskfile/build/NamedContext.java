package io.slipway.taskfile.build;

import com.google.re2j.Pattern;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.image.ImageReference;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A value of {@code --build-context}. */
public sealed interface NamedContext {
  record Image(ImageReference image) implements NamedContext {}

  /**
   * An image in a folder that is laid out as OCI says.
   *
   * @param path folder, relative to the step's working directory
   * @param tag tag in its index; {@code latest} if none is given
   * @param digest digest of its manifest or index, which wins over the tag; or null
   */
  record Layout(String path, String tag, @Nullable String digest) implements NamedContext {}

  /** Files: a folder of the workspace, or an address as {@link ContextAddress} knows them. */
  record Files(String address) implements NamedContext {}

  String IMAGE = "docker-image://";
  String LAYOUT = "oci-layout://";
  Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://|target:|input:");
  Pattern FETCHED = Pattern.compile("(git|https?|oci)://");
  Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
  Pattern LOG_IN = Pattern.compile("//[^/@]*:[^/@]*@");

  /**
   * Reads one.
   *
   * @throws Refusal if it is malformed, or of a kind that is not supported
   */
  static NamedContext parse(String name, String value) throws Refusal {
    String trimmed = value.strip();
    if (trimmed.isEmpty() || trimmed.equals("-")) {
      throw wrong(name, value, "is neither a folder nor an address");
    }
    if (trimmed.startsWith(IMAGE)) {
      try {
        return new Image(ImageReference.parse(trimmed.substring(IMAGE.length())));
      } catch (Refusal malformed) {
        throw malformed.because(shown(name, value));
      }
    }
    if (trimmed.startsWith(LAYOUT)) {
      return layout(name, trimmed);
    }
    if (SCHEME.matcher(trimmed).lookingAt() && !FETCHED.matcher(trimmed).lookingAt()) {
      throw Refusal.unsupported(
          shown(name, value)
              + " is refused: a context is a folder of the workspace, "
              + IMAGE
              + "…, "
              + LAYOUT
              + "…, or the address of a git repository, an archive or an oci:// artifact");
    }
    return new Files(trimmed);
  }

  private static Layout layout(String name, String value) throws Refusal {
    String text = value.substring(LAYOUT.length());
    int at = text.indexOf('@');
    String digest = at < 0 ? null : text.substring(at + 1);
    if (digest != null && !DIGEST.matcher(digest).matches()) {
      throw wrong(name, value, "has no digest sha256:… after its @");
    }
    String rest = at < 0 ? text : text.substring(0, at);
    int colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
    String path = colon < 0 ? rest : rest.substring(0, colon);
    String tag = colon < 0 ? "latest" : rest.substring(colon + 1);
    if (path.isEmpty() || tag.isEmpty()) {
      throw wrong(name, value, "names no folder, or no tag after its colon");
    }
    return new Layout(path, tag, digest);
  }

  private static Refusal wrong(String name, String value, String why) {
    return Refusal.user(shown(name, value) + " " + why);
  }

  /** The flag without a password in its address: messages are kept. */
  private static String shown(String name, String value) {
    return "--build-context " + name + "=" + LOG_IN.matcher(value).replaceAll("//***@");
  }

  /** Name of the image that has to be in a registry; empty for files that are on the agent. */
  default Optional<String> inRegistry() {
    return this instanceof Image named ? Optional.of(named.image().familiar()) : Optional.empty();
  }
}
