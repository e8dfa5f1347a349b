package io.github.embeddedkms.cli;

import io.github.embeddedkms.cli.messages.InspectCommand;
import io.github.embeddedkms.cli.messages.OpenCommand;
import io.github.embeddedkms.cli.messages.RewrapCommand;
import io.github.embeddedkms.cli.messages.SealCommand;
import io.github.embeddedkms.cli.messages.VerifyCommand;
import io.github.embeddedkms.cli.store.CreateRootKeyCommand;
import io.github.embeddedkms.cli.store.StoreCommand;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands that are not operations of the service, by name. */
final class OwnCommands {

  /** In the order of the help. */
  static final List<String> NAMES =
      List.of(
          "serve",
          "create-root-key",
          "store",
          "seal",
          "open",
          "rewrap",
          "verify-message",
          "inspect",
          ExplainCommand.NAME,
          CompletionCommand.NAME,
          ManCommand.NAME);

  private OwnCommands() {}

  /** Returns the class of a command; null if its name is not one of {@link #NAMES}. */
  static @Nullable Class<?> named(String name) {
    // Only the class that is returned is loaded.
    return switch (name) {
      case "serve" -> ServeCommand.class;
      case "create-root-key" -> CreateRootKeyCommand.class;
      case "store" -> StoreCommand.class;
      case "seal" -> SealCommand.class;
      case "open" -> OpenCommand.class;
      case "rewrap" -> RewrapCommand.class;
      case "verify-message" -> VerifyCommand.class;
      case "inspect" -> InspectCommand.class;
      case ExplainCommand.NAME -> ExplainCommand.class;
      case CompletionCommand.NAME -> CompletionCommand.class;
      case ManCommand.NAME -> ManCommand.class;
      default -> null;
    };
  }
}
