package io.slipway.builder.config;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A manifest or index exactly as its registry has it, so that its digest stays the same wherever it
 * goes.
 *
 * @param mediaType its media type
 * @param json its text, never reformatted
 */
public record RawManifest(String mediaType, String json) {

  /**
   * Takes the bytes of an answer.
   *
   * @throws MalformedImageException if they are not UTF-8 text; they could not be sent on unchanged
   */
  public static RawManifest of(String mediaType, byte[] bytes) throws MalformedImageException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new RawManifest(mediaType, text);
    } catch (CharacterCodingException e) {
      throw new MalformedImageException("The manifest is not UTF-8 text", e);
    }
  }

  public byte[] bytes() {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  public String digest() {
    return Sha256.of(json);
  }

  public long size() {
    return bytes().length;
  }

  /** Whether it is an index of several manifests. */
  public boolean isIndex() {
    return MediaTypes.isIndex(mediaType);
  }
}
