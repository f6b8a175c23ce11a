#!/bin/sh
# A ticket in, an invoice out: creates the task of a JSON file, follows it to its end, writes the XML to cfdi.xml.
# Needs API_URL and API_KEY, curl, and node to read JSON.
set -eu
task_file=$1
auth="Authorization: Bearer $API_KEY"
field() { node -pe 'process.argv.slice(1).reduce((value, key) => value?.[key], JSON.parse(fs.readFileSync(0))) ?? ""' "$@"; }

# The same file is the same request, however often it is sent.
key=$(cksum <"$task_file" | tr ' ' '-')
created=$(curl -sS --fail-with-body "$API_URL/v1/tasks" -H "$auth" -H "Idempotency-Key: $key" \
  -H 'Content-Type: application/json' -d @"$task_file")
id=$(echo "$created" | field id)
echo "task $id"

# Server-sent events, until the one that ends the task: the stream itself stays open.
pipe=$(mktemp -u)
mkfifo "$pipe"
curl -sS --no-buffer "$API_URL/v1/tasks/$id/events" -H "$auth" -H 'Accept: text/event-stream' >"$pipe" &
stream=$!
while IFS= read -r line; do
  case $line in 'event: '*) echo "${line#event: }" ;; esac
  case $line in 'event: task.completed' | 'event: task.failed' | 'event: task.cancelled') break ;; esac
done <"$pipe"
kill "$stream" 2>/dev/null || true
rm "$pipe"

task=$(curl -sS --fail-with-body "$API_URL/v1/tasks/$id" -H "$auth")
if [ "$(echo "$task" | field status)" != COMPLETED ]; then
  echo "$task" | field failure message es >&2
  exit 1
fi
curl -sS --fail-with-body "$API_URL/v1/artifacts/$(echo "$task" | field cfdi xmlArtifactId)/content" -H "$auth" -o cfdi.xml
echo "cfdi.xml: UUID $(echo "$task" | field cfdi uuid)"
