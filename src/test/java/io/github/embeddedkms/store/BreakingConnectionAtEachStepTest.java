package io.github.embeddedkms.store;

import org.junit.jupiter.api.Tag;

/** The tests of {@link BreakingConnectionTest}, with every single step of a change. */
@Tag("thorough")
class BreakingConnectionAtEachStepTest extends BreakingConnectionTest {

  @Override
  int stride() {
    return 1;
  }
}
