package io.github.embeddedkms.cli.terminal;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/**
 * Writes text for standard output or standard error. Everything that a terminal could interpret is
 * replaced by a visible escape ({@link Escaping}), except line feeds and tabs, which separate lines
 * and columns. In JSON the escapes are those of JSON, so it stays valid.
 *
 * <p>Text goes to files and pipes in the same form: it may reach a terminal later.
 */
public final class TerminalWriter extends PrintWriter {

  private final Writer plain;

  /**
   * Creates a writer.
   *
   * @param plain receives the escaped text
   */
  public TerminalWriter(Writer plain) {
    super(new EscapingWriter(plain));
    this.plain = plain;
  }

  /**
   * Returns a writer without escapes, for help with the terminal's own escape sequences in it. Must
   * not receive anything from a store, a server or a message.
   *
   * @return a writer to the same destination
   */
  public PrintWriter withoutEscapes() {
    return new PrintWriter(plain);
  }

  /** Ends a line by a line feed on every system: a carriage return would be escaped. */
  @Override
  public void println() {
    write('\n');
  }

  /** Moves to the beginning of the line, whose characters the next ones replace. */
  public void returnCarriage() {
    flush();
    try {
      plain.write('\r');
    } catch (IOException e) {
      setError();
    }
  }

  /** The escapes. Knows only characters, so that nothing that is printed can pass by it. */
  private static final class EscapingWriter extends Writer {

    private final Writer out;

    /** The first half of a pair whose second half comes with the next call; 0 if there is none. */
    private char pending;

    EscapingWriter(Writer out) {
      this.out = out;
    }

    @Override
    public void write(char[] characters, int offset, int length) throws IOException {
      StringBuilder escaped = new StringBuilder(length + 8);
      for (int i = offset; i < offset + length; i++) {
        append(escaped, characters[i]);
      }
      out.append(escaped);
    }

    private void append(StringBuilder escaped, char unit) {
      if (pending != 0 && Character.isLowSurrogate(unit)) {
        int character = Character.toCodePoint(pending, unit);
        pending = 0;
        Escaping.append(escaped, character, Escaping.isUnsafe(character));
        return;
      }
      appendPending(escaped);
      if (Character.isHighSurrogate(unit)) {
        pending = unit;
      } else {
        boolean separates = unit == '\n' || unit == '\t';
        Escaping.append(escaped, unit, !separates && Escaping.isUnsafe(unit));
      }
    }

    private void appendPending(StringBuilder escaped) {
      if (pending != 0) {
        Escaping.append(escaped, pending, true);
        pending = 0;
      }
    }

    @Override
    public void flush() throws IOException {
      StringBuilder escaped = new StringBuilder();
      appendPending(escaped);
      out.append(escaped);
      out.flush();
    }

    @Override
    public void close() throws IOException {
      flush();
      out.close();
    }
  }
}
