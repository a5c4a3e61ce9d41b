package io.slipway.identity.registry;

import io.slipway.identity.client.RegistryScope;
import io.slipway.identity.memory.Remembered;
import io.slipway.identity.token.IssuedToken;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Access tokens of registries that were signed a moment ago. A principal that is granted the very
 * same again at the same registry gets the same token again; what is granted is decided each time.
 * One that is given still lives for more than four minutes, which the broker relies on.
 */
@ApplicationScoped
class RecentTokens {
  private static final Duration GIVEN_AGAIN = Duration.ofSeconds(45);

  /** About 2 KB each. */
  private static final int MOST = 5_000;

  private final RegistryTokens tokens;
  private final Remembered<Content, IssuedToken> recent = new Remembered<>(MOST, GIVEN_AGAIN);

  /** All that two tokens have to have in common. */
  private record Content(UUID principalId, String service, List<RegistryScope> granted) {
    static Content of(DecidedToken decided) {
      return new Content(
          decided.access().principalId(), decided.access().service(), decided.granted());
    }
  }

  RecentTokens(RegistryTokens tokens) {
    this.tokens = tokens;
  }

  /** Access tokens, in the same order. */
  Uni<List<IssuedToken>> access(List<DecidedToken> decided) {
    long now = System.nanoTime();
    // A key that signs no longer is not trusted any longer: maybe it leaked.
    String signer = tokens.signer();
    List<Content> contents = decided.stream().map(Content::of).toList();
    Map<Content, IssuedToken> found = new HashMap<>();
    Map<Content, DecidedToken> missing = new LinkedHashMap<>();
    for (int i = 0; i < contents.size(); i++) {
      Content content = contents.get(i);
      Optional<IssuedToken> known = recent.find(content, signer, now);
      if (known.isPresent()) {
        found.put(content, known.get());
      } else {
        missing.put(content, decided.get(i));
      }
    }
    if (missing.isEmpty()) {
      tokens.givenAgain(contents.size());
      return Uni.createFrom().item(ordered(contents, found));
    }
    List<Content> fresh = List.copyOf(missing.keySet());
    return tokens
        .access(List.copyOf(missing.values()))
        .map(signed -> {
          for (int i = 0; i < fresh.size(); i++) {
            recent.keep(fresh.get(i), signer, now, signed.get(i));
            found.put(fresh.get(i), signed.get(i));
          }
          tokens.givenAgain(contents.size() - fresh.size());
          return ordered(contents, found);
        });
  }

  private static List<IssuedToken> ordered(
      List<Content> contents, Map<Content, IssuedToken> tokens) {
    List<IssuedToken> ordered = new ArrayList<>(contents.size());
    for (Content content : contents) {
      ordered.add(tokens.get(content));
    }
    return ordered;
  }
}
