# Grants a role the use of a key, and takes it back.
#> one grant
#> Decrypt GenerateDataKey
#> acme
#> the same grant for the same name
#> retired by its token
#> revoked
#> NotFoundException
set -euo pipefail

account=$(aws kms create-key --query KeyMetadata.AWSAccountId --output text)
key_id=$(aws kms create-key --query KeyMetadata.KeyId --output text)
role=arn:aws:iam::$account:role/worker
grant() {
    aws kms create-grant --key-id "$key_id" --grantee-principal "$role" --name worker \
        --retiring-principal "arn:aws:iam::$account:root" \
        --operations Decrypt GenerateDataKey \
        --constraints EncryptionContextSubset={tenant=acme} "$@" --output text
}
grants() {
    aws kms list-grants --key-id "$key_id" "$@" --output text
}

grant_id=$(grant --query GrantId)
[ "$(grants --query 'length(Grants)')" = 1 ] && echo "one grant"
grants --query 'Grants[0].Operations' | tr '\t' ' '
grants --grant-id "$grant_id" --query 'Grants[].Constraints.EncryptionContextSubset.tenant'
[ "$(grant --query GrantId)" = "$grant_id" ] && echo "the same grant for the same name"

aws kms retire-grant --grant-token "$(grant --query GrantToken)"
[ "$(grants --query 'length(Grants)')" = 0 ] && echo "retired by its token"

grant_id=$(grant --query GrantId)
aws kms list-retirable-grants --retiring-principal "arn:aws:iam::$account:root" \
    --query 'Grants[].GrantId' --output text > retirable
grep -q "$grant_id" retirable
aws kms revoke-grant --key-id "$key_id" --grant-id "$grant_id"
[ "$(grants --query 'length(Grants)')" = 0 ] && echo revoked
aws kms revoke-grant --key-id "$key_id" --grant-id "$grant_id" 2>&1 | grep -o NotFoundException || :
