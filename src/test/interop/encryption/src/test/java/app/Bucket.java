package app;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** As much of Amazon S3 as encryption needs: it stores and returns objects with their metadata. */
final class Bucket {

  private record StoredObject(byte[] bytes, Map<String, String> metadata) {}

  private final Map<String, StoredObject> objects = new ConcurrentHashMap<>();

  byte[] stored(String key) {
    return objects.get(key).bytes();
  }

  S3AsyncClient asyncClient() {
    return (S3AsyncClient)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {S3AsyncClient.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "putObject" ->
                      put((PutObjectRequest) arguments[0], (AsyncRequestBody) arguments[1]);
                  case "getObject" ->
                      get(
                          (GetObjectRequest) arguments[0],
                          (AsyncResponseTransformer<GetObjectResponse, ?>) arguments[1]);
                  case "serviceName" -> "s3";
                  case "close" -> null;
                  default -> throw new UnsupportedOperationException(method.toString());
                });
  }

  private CompletableFuture<PutObjectResponse> put(PutObjectRequest put, AsyncRequestBody body) {
    AsyncResponseTransformer<SdkResponse, ResponseBytes<SdkResponse>> bytes =
        AsyncResponseTransformer.toBytes();
    CompletableFuture<byte[]> read = bytes.prepare().thenApply(ResponseBytes::asByteArray);
    bytes.onResponse(GetObjectResponse.builder().build());
    bytes.onStream(SdkPublisher.adapt(body));
    return read.thenApply(
        all -> {
          objects.put(put.key(), new StoredObject(all, Map.copyOf(put.metadata())));
          return PutObjectResponse.builder().build();
        });
  }

  private <T> CompletableFuture<T> get(
      GetObjectRequest get, AsyncResponseTransformer<GetObjectResponse, T> transformer) {
    StoredObject object = objects.get(get.key());
    CompletableFuture<T> result = transformer.prepare();
    transformer.onResponse(
        GetObjectResponse.builder()
            .metadata(object.metadata())
            .contentLength((long) object.bytes().length)
            .build());
    transformer.onStream(
        SdkPublisher.adapt(AsyncRequestBody.fromByteBuffer(ByteBuffer.wrap(object.bytes()))));
    return result;
  }
}
