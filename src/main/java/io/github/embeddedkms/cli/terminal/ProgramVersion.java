package io.github.embeddedkms.cli.terminal;

import picocli.CommandLine.IVersionProvider;

/** The version that the jar was built as. */
public final class ProgramVersion implements IVersionProvider {

  /** Creates the provider. */
  public ProgramVersion() {}

  @Override
  public String[] getVersion() {
    String version = ProgramVersion.class.getPackage().getImplementationVersion();
    return new String[] {"embedded-kms " + (version == null ? "(not packaged)" : version)};
  }
}
