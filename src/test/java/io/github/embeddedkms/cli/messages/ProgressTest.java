package io.github.embeddedkms.cli.messages;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.cli.terminal.TerminalWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** The line of progress, with a clock that the test sets. */
class ProgressTest {

  private static final long MILLISECOND = 1_000_000;
  private static final int SIZE = 4_000_000;

  private final StringWriter err = new StringWriter();
  private long now = Long.MAX_VALUE - MILLISECOND; // as nanoTime may, it wraps soon
  private int asked;

  private Progress progress(long size, boolean watched) {
    InputStream source = new ByteArrayInputStream(new byte[SIZE]);
    return new Progress(
        source,
        size,
        new TerminalWriter(err),
        () -> now,
        () -> {
          asked++;
          return watched;
        });
  }

  private void read(Progress progress, int length, long milliseconds) throws IOException {
    now += milliseconds * MILLISECOND;
    // In one piece, as an envelope reads.
    assertThat(progress.readNBytes(new byte[length], 0, length)).isEqualTo(length);
  }

  @Test
  void shortInput_printsNothing_andDoesNotCheckForATerminal() throws Exception {
    try (Progress progress = progress(SIZE, true)) {
      read(progress, SIZE, 999);
    }
    assertThat(err.toString()).isEmpty();
    assertThat(asked).isZero();
  }

  @Test
  void longInput_showsPartRateAndTimeLeft_andWipesThem() throws Exception {
    Progress progress = progress(SIZE, true);
    read(progress, 1_000_000, 1000);
    String first = "[#####               ]  25%  976.6 KiB of 3.8 MiB  976.6 KiB/s  0:03 left";
    assertThat(err.toString()).isEqualTo("\r" + first);
    read(progress, 1, 199);
    assertThat(err.toString()).isEqualTo("\r" + first);
    read(progress, 2_999_999, 1);
    String second = "[####################] 100%  3.8 MiB of 3.8 MiB  3.2 MiB/s  0:00 left";
    assertThat(err.toString()).isEqualTo("\r" + first + "\r" + second + "    ");
    progress.close();
    assertThat(err.toString()).endsWith("\r" + " ".repeat(second.length()) + "\r");
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void longInput_withoutTerminal_printsNothing_andChecksOnce() throws Exception {
    try (Progress progress = progress(SIZE, false)) {
      read(progress, 1000, 1000);
      read(progress, 1000, 1000);
    }
    assertThat(err.toString()).isEmpty();
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void unknownSize_showsHowMuchAndHowFast() throws Exception {
    Progress progress = progress(Input.UNKNOWN, true);
    read(progress, 500, 2000);
    assertThat(err.toString()).isEqualTo("\r500 B  250 B/s");
  }

  @Test
  void longTime_isShownWithHours() throws Exception {
    Progress progress = progress(4_000L * 3_600, true);
    read(progress, 1000, 1000);
    assertThat(err.toString()).endsWith("0%  1000 B of 13.7 MiB  1000 B/s  3:59:59 left");
  }

  @Test
  void growingInput_isShownWithAtMost100Percent() throws Exception {
    Progress progress = progress(1000, true);
    read(progress, 2048, 1000);
    assertThat(err.toString())
        .isEqualTo("\r[####################] 100%  2.0 KiB of 1000 B  2.0 KiB/s  0:00 left");
  }
}
