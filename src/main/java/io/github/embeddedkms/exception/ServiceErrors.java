package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * Creates the exception for an error that came over the wire.
 *
 * <p>Source: AWS KMS API Reference, "Errors" of each operation and "Common Errors".
 */
public final class ServiceErrors {

  private ServiceErrors() {}

  /**
   * Creates the exception for an error code.
   *
   * @param errorCode the code as on the wire, {@code KMSInvalidStateException} for example
   * @param statusCode the HTTP status; used only if the code is not known
   * @param message the message, or null if there is none; ignored for errors that never have one
   * @return an exception of the code's own class, or an {@link UnmodeledKmsException}
   */
  public static KmsException of(String errorCode, int statusCode, @Nullable String message) {
    return switch (errorCode) {
      case "AccessDeniedException" -> new AccessDeniedException(message);
      case "AlreadyExistsException" -> new AlreadyExistsException(message);
      case "CloudHsmClusterInUseException" -> new CloudHsmClusterInUseException(message);
      case "CloudHsmClusterInvalidConfigurationException" ->
          new CloudHsmClusterInvalidConfigurationException(message);
      case "CloudHsmClusterNotActiveException" -> new CloudHsmClusterNotActiveException(message);
      case "CloudHsmClusterNotFoundException" -> new CloudHsmClusterNotFoundException(message);
      case "CloudHsmClusterNotRelatedException" -> new CloudHsmClusterNotRelatedException(message);
      case "ConflictException" -> new ConflictException(message);
      case "CustomKeyStoreHasCMKsException" -> new CustomKeyStoreHasCmKsException(message);
      case "CustomKeyStoreInvalidStateException" ->
          new CustomKeyStoreInvalidStateException(message);
      case "CustomKeyStoreNameInUseException" -> new CustomKeyStoreNameInUseException(message);
      case "CustomKeyStoreNotFoundException" -> new CustomKeyStoreNotFoundException(message);
      case "DependencyTimeoutException" -> new DependencyTimeoutException(message);
      case "DisabledException" -> new DisabledException(message);
      case "DryRunOperationException" -> new DryRunOperationException(message);
      case "ExpiredImportTokenException" -> new ExpiredImportTokenException(message);
      case "ExpiredTokenException" -> new ExpiredTokenException(message);
      case "IncompleteSignatureException" -> new IncompleteSignatureException(message);
      case "IncorrectKeyException" -> new IncorrectKeyException(message);
      case "IncorrectKeyMaterialException" -> new IncorrectKeyMaterialException(message);
      case "IncorrectTrustAnchorException" -> new IncorrectTrustAnchorException(message);
      case "InvalidAliasNameException" -> new InvalidAliasNameException(message);
      case "InvalidArnException" -> new InvalidArnException(message);
      case "InvalidCiphertextException" -> new InvalidCiphertextException();
      case "InvalidGrantIdException" -> new InvalidGrantIdException(message);
      case "InvalidGrantTokenException" -> new InvalidGrantTokenException(message);
      case "InvalidImportTokenException" -> new InvalidImportTokenException(message);
      case "InvalidKeyUsageException" -> new InvalidKeyUsageException(message);
      case "InvalidMarkerException" -> new InvalidMarkerException(message);
      case "InvalidSignatureException" -> new InvalidSignatureException(message);
      case "KMSInternalException" -> new KmsInternalException(message);
      case "KMSInvalidMacException" -> new KmsInvalidMacException();
      case "KMSInvalidSignatureException" -> new KmsInvalidSignatureException();
      case "KMSInvalidStateException" -> new KmsInvalidStateException(message);
      case "KeyUnavailableException" -> new KeyUnavailableException(message);
      case "LimitExceededException" -> new LimitExceededException(message);
      case "MalformedPolicyDocumentException" -> new MalformedPolicyDocumentException(message);
      case "MissingAuthenticationTokenException" ->
          new MissingAuthenticationTokenException(message);
      case "NotAuthorizedException" -> new NotAuthorizedException(message);
      case "NotFoundException" -> new NotFoundException(message);
      case "SerializationException" -> new SerializationException(message);
      case "TagException" -> new TagException(message);
      case "ThrottlingException" -> new ThrottlingException(message);
      case "UnknownOperationException" -> new UnknownOperationException(message);
      case "UnrecognizedClientException" -> new UnrecognizedClientException(message);
      case "UnsupportedOperationException" -> new UnsupportedOperationException(message);
      case "ValidationException" -> new ValidationException(message);
      case "XksKeyAlreadyInUseException" -> new XksKeyAlreadyInUseException(message);
      case "XksKeyInvalidConfigurationException" ->
          new XksKeyInvalidConfigurationException(message);
      case "XksKeyNotFoundException" -> new XksKeyNotFoundException(message);
      case "XksProxyIncorrectAuthenticationCredentialException" ->
          new XksProxyIncorrectAuthenticationCredentialException(message);
      case "XksProxyInvalidConfigurationException" ->
          new XksProxyInvalidConfigurationException(message);
      case "XksProxyInvalidResponseException" -> new XksProxyInvalidResponseException(message);
      case "XksProxyUriEndpointInUseException" -> new XksProxyUriEndpointInUseException(message);
      case "XksProxyUriInUseException" -> new XksProxyUriInUseException(message);
      case "XksProxyUriUnreachableException" -> new XksProxyUriUnreachableException(message);
      case "XksProxyVpcEndpointServiceInUseException" ->
          new XksProxyVpcEndpointServiceInUseException(message);
      case "XksProxyVpcEndpointServiceInvalidConfigurationException" ->
          new XksProxyVpcEndpointServiceInvalidConfigurationException(message);
      case "XksProxyVpcEndpointServiceNotFoundException" ->
          new XksProxyVpcEndpointServiceNotFoundException(message);
      default -> new UnmodeledKmsException(errorCode, statusCode, message);
    };
  }
}
