package io.slipway.builder.interpreter;

import io.slipway.builder.EngineException;
import io.slipway.builder.dockerfile.HeredocMark;
import io.slipway.builder.dockerfile.Instruction;
import java.util.Optional;

/** Replaces variables. */
interface Expansion {
  /** In a word, whose quotes are taken off. */
  String expand(Instruction at, String text) throws EngineException;

  /** In a here-document, where quotes are letters like others. */
  String expandText(Instruction at, String text) throws EngineException;

  /** What the word of a source opens, if it is no path. */
  Optional<HeredocMark> heredoc(String word);

  /** For words in which nothing is replaced. */
  Expansion NONE =
      new Expansion() {
        @Override
        public String expand(Instruction at, String text) {
          return text;
        }

        @Override
        public String expandText(Instruction at, String text) {
          return text;
        }

        @Override
        public Optional<HeredocMark> heredoc(String word) {
          return Optional.empty();
        }
      };
}
