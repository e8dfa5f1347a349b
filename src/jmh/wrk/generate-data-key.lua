-- GenerateDataKey for wrk. Both servers read the same seed; warm each up, then run them in turn:
--
--   java -jar target/embedded-kms-0.1.0-SNAPSHOT-all.jar serve --seed src/jmh/wrk/seed.yaml
--   PORT=8080 KMS_SEED_PATH=src/jmh/wrk/seed.yaml KMS_DATA_PATH=/tmp/local-kms local-kms > /dev/null
--   wrk -t1 -c8 -d10s -s src/jmh/wrk/generate-data-key.lua http://127.0.0.1:4599/
--   wrk -t1 -c8 -d10s -s src/jmh/wrk/generate-data-key.lua http://127.0.0.1:8080/
--
-- A run counts only if wrk reports no "Non-2xx" responses. The credential names the Region, which local-kms requires;
-- neither server checks a signature.
wrk.method = "POST"
wrk.body = '{"KeyId":"alias/load","KeySpec":"AES_256"}'
wrk.headers["Content-Type"] = "application/x-amz-json-1.1"
wrk.headers["X-Amz-Target"] = "TrentService.GenerateDataKey"
wrk.headers["Authorization"] = "AWS4-HMAC-SHA256 Credential=000000000000/20261130/us-east-1/kms/aws4_request"
