// Writes, one a line, the bytes that hashicorp/raft puts on a connection for the messages of
// test/unit/raft/wire/samples.ts, by the same names. Run, in this folder:
//
//	go run . > ../../unit/raft/wire/golden/hashicorp-raft-1.7.3.txt
package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/hashicorp/go-msgpack/v2/codec"
	"github.com/hashicorp/raft"
)

func main() {
	requests()
	responses()
	otherVersions()
}

var (
	sender        = raft.RPCHeader{ProtocolVersion: 3, ID: []byte("0c6f2a4e-6c5e-4a37-8a0e-3f6f0d5ce1aa"), Addr: []byte("10.1.2.3:45679")}
	configuration = raft.Configuration{Servers: []raft.Server{
		{ID: "0c6f2a4e-6c5e-4a37-8a0e-3f6f0d5ce1aa", Address: "10.1.2.3:45679"},
		{ID: "nonvoter", Address: "[2001:db8::1]:45679", Suffrage: raft.Nonvoter},
	}}
	entries = []*raft.Log{
		{Index: 128, Term: 1, Type: raft.LogNoop},
		{Index: 129, Term: 1, Type: raft.LogConfiguration, Data: raft.EncodeConfiguration(configuration)},
		{Index: 130, Term: 70_000, Type: raft.LogCommand, Data: bytes.Repeat([]byte{0, 255}, 200)},
		{Index: 131, Term: 1 << 33, Type: raft.LogBarrier},
	}
)

func requests() {
	request("heartbeat", 0, &raft.AppendEntriesRequest{RPCHeader: sender, Term: 7, Leader: sender.Addr})
	request("append-entries", 0, &raft.AppendEntriesRequest{RPCHeader: sender, Term: 1 << 33, Leader: sender.Addr,
		PrevLogEntry: 127, PrevLogTerm: 1, Entries: entries, LeaderCommitIndex: 65_536})
	request("request-vote", 1, &raft.RequestVoteRequest{RPCHeader: sender, Term: 255, Candidate: sender.Addr,
		LastLogIndex: 256, LastLogTerm: 65_535})
	request("request-vote-of-transfer", 1, &raft.RequestVoteRequest{RPCHeader: sender, Term: 2, Candidate: sender.Addr,
		LastLogIndex: 1, LastLogTerm: 1, LeadershipTransfer: true})
	request("install-snapshot", 2, &raft.InstallSnapshotRequest{RPCHeader: sender, SnapshotVersion: 1, Term: 3,
		Leader: sender.Addr, LastLogIndex: 1_000, LastLogTerm: 2, Configuration: raft.EncodeConfiguration(configuration),
		ConfigurationIndex: 129, Size: 300}, bytes.Repeat([]byte("abc"), 100)...)
	request("timeout-now", 3, &raft.TimeoutNowRequest{RPCHeader: sender})
	request("request-pre-vote", 4, &raft.RequestPreVoteRequest{RPCHeader: sender, Term: 4_294_967_296, LastLogIndex: 1, LastLogTerm: 1})
}

func responses() {
	response("append-entries-response", &raft.AppendEntriesResponse{RPCHeader: sender, Term: 7, LastLog: 131, Success: true})
	response("append-entries-refused", &raft.AppendEntriesResponse{RPCHeader: sender, Term: 7, LastLog: 4, NoRetryBackoff: true})
	response("vote-granted", &raft.RequestVoteResponse{RPCHeader: sender, Term: 255, Granted: true})
	response("pre-vote-refused", &raft.RequestPreVoteResponse{RPCHeader: sender, Term: 128})
	response("install-snapshot-response", &raft.InstallSnapshotResponse{RPCHeader: sender, Term: 3, Success: true})
	response("timeout-now-response", &raft.TimeoutNowResponse{RPCHeader: sender})
}

// What is only read: servers before 1.3 tell no ID and no address, before 1.4 no AppendedAt; others may
// be set to a newer format of the time.
func otherVersions() {
	type log struct {
		Index, Term uint64
		Type        uint8
		Data        []byte
	}
	type appendEntries struct {
		ProtocolVersion           int
		Term                      uint64
		Leader                    []byte
		PrevLogEntry, PrevLogTerm uint64
		Entries                   []*log
		LeaderCommitIndex         uint64
	}
	old := &appendEntries{ProtocolVersion: 3, Term: 5, Leader: sender.Addr, PrevLogEntry: 9, PrevLogTerm: 4,
		Entries: []*log{{Index: 10, Term: 5, Type: 0, Data: []byte("old")}}, LeaderCommitIndex: 9}
	request("append-entries-of-1.1", 0, old)

	stamped := &raft.AppendEntriesRequest{RPCHeader: sender, Term: 5, Leader: sender.Addr, PrevLogEntry: 9, PrevLogTerm: 4,
		Entries:           []*raft.Log{{Index: 10, Term: 5, Data: []byte("old"), AppendedAt: time.Unix(1_700_000_000, 5).UTC()}},
		LeaderCommitIndex: 9}
	request("append-entries-with-time", 0, stamped)
	line("append-entries-with-new-time", append([]byte{0}, encode(false, stamped)...))
	// What its servers answer in fact: they leave the header out of these two.
	response("install-snapshot-response-without-header", &raft.InstallSnapshotResponse{Term: 3, Success: true})
	response("timeout-now-response-without-header", &raft.TimeoutNowResponse{})
	line("refusal", encode(true, "node is not the leader", &raft.AppendEntriesResponse{RPCHeader: sender}))
	line("refusal-without-struct", encode(true, "unexpected command", nil))
}

func request(name string, kind byte, message any, data ...byte) {
	line(name, append(append([]byte{kind}, encode(true, message)...), data...))
}

func response(name string, message any) {
	line(name, encode(true, "", message))
}

func encode(oldTime bool, values ...any) []byte {
	var buffer bytes.Buffer
	encoder := codec.NewEncoder(&buffer, &codec.MsgpackHandle{BasicHandle: codec.BasicHandle{TimeNotBuiltin: oldTime}})
	for _, value := range values {
		if err := encoder.Encode(value); err != nil {
			panic(err)
		}
	}
	return buffer.Bytes()
}

func line(name string, bytes []byte) {
	fmt.Println(name, hex.EncodeToString(bytes))
}
