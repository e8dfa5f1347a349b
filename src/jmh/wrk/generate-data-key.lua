-- GenerateDataKey for wrk. The credential names a Region, which other emulators require; nothing is signed.
wrk.method = "POST"
wrk.body = '{"KeyId":"alias/load","KeySpec":"AES_256"}'
wrk.headers["Content-Type"] = "application/x-amz-json-1.1"
wrk.headers["X-Amz-Target"] = "TrentService.GenerateDataKey"
wrk.headers["Authorization"] = "AWS4-HMAC-SHA256 Credential=000000000000/20261130/us-east-1/kms/aws4_request"
