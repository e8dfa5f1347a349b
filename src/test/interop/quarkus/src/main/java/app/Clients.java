package app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

public class Clients {

  @Produces
  @ApplicationScoped
  KmsClient kmsClient(@ConfigProperty(name = "kms.endpoint") Optional<String> endpoint) {
    return endpoint
        .map(
            url ->
                KmsClient.builder()
                    .endpointOverride(URI.create(url))
                    .region(Region.US_EAST_1)
                    .credentialsProvider(AnonymousCredentialsProvider.create())
                    .build())
        .orElseGet(KmsClient::create);
  }
}
