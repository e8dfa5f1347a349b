# Schedules the deletion of a key, and cancels it.
#> PendingDeletion
#> KMSInvalidStateException
#> about 7 days
#> Disabled
#> Enabled
set -euo pipefail

key_id=$(aws kms create-key --query KeyMetadata.KeyId --output text)
state() {
    aws kms describe-key --key-id "$key_id" --query KeyMetadata.KeyState --output text
}

date=$(aws kms schedule-key-deletion --key-id "$key_id" --pending-window-in-days 7 \
    --query DeletionDate --output text)
state
aws kms encrypt --key-id "$key_id" --plaintext YQ== 2>&1 | grep -o KMSInvalidStateException || :
days=$(( ($(date -d "$date" +%s) - $(date +%s) + 43200) / 86400 ))
echo "about $days days"

aws kms cancel-key-deletion --key-id "$key_id" > cancelled
grep -q "$key_id" cancelled
state
aws kms enable-key --key-id "$key_id"
state
