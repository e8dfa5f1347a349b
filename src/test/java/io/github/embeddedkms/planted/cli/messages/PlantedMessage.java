package io.github.embeddedkms.planted.cli.messages;

import io.github.embeddedkms.planted.cli.aws.PlantedOption;

/** Violation: knows the dialect of the AWS CLI. */
public interface PlantedMessage {
  PlantedOption option();
}
