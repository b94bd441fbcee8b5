#!/bin/sh
# Records what Go's own hashicorp/memberlist and hashicorp/serf write, as the fixtures of the unit
# tests of src/gossip/wire and src/base/msgpack. Takes Go; the modules come through its own client.
# Usage: test/go/gossip-wire/record.sh
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
fixtures="$here/../../unit/gossip/wire/fixtures"
values="$here/../../unit/base/msgpack/values.json"
mkdir -p "$fixtures" "$(dirname "$values")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
go mod init record
go get github.com/hashicorp/memberlist@v0.7.0 github.com/hashicorp/serf@v0.11.0

# The recorders call functions that are private to their packages: they run as tests of copies.
record() {
  cp -r "$(go list -m -f '{{.Dir}}' "github.com/hashicorp/$1")" "$work/$1"
  chmod -R u+w "$work/$1"
  find "$work/$1" -name '*_test.go' -delete
  cp "$here/$1_record_test.go" "$work/$1/$2"
  (cd "$work/$1" && RECORD="$fixtures/$1.json" RECORD_VALUES="$values" go test -count=1 -run '^TestRecord$' "./$2")
}
record memberlist .
record serf serf
