package serf

import (
	"encoding/base64"
	"encoding/json"
	"net"
	"os"
	"testing"
)

func must(t *testing.T, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

func TestRecord(t *testing.T) {
	all := map[string]string{}
	put := func(name string, kind messageType, message any) {
		b, err := encodeMessage(kind, message, false)
		must(t, err)
		all[name] = base64.StdEncoding.EncodeToString(b)
	}
	put("join", messageJoinType, &messageJoin{12, "n1"})
	put("leave", messageLeaveType, &messageLeave{300, "n1", false})
	put("leave, prune", messageLeaveType, &messageLeave{70000, "n1", true})
	put("event", messageUserEventType, &messageUserEvent{5, "deploy", []byte("v2"), true})
	put("event, empty", messageUserEventType, &messageUserEvent{5, "deploy", nil, false})

	filters, err := (&QueryParam{FilterNodes: []string{"n1", "n2"}, FilterTags: map[string]string{"role": "^web$"}}).encodeFilters()
	must(t, err)
	query := messageQuery{
		LTime: 9, ID: 3000000000, Addr: net.IPv4(10, 0, 0, 7).To4(), Port: 45678, SourceNode: "n1",
		Filters: filters, Flags: queryFlagAck | queryFlagNoBroadcast, RelayFactor: 2, Timeout: 15000000000,
		Name: "uptime", Payload: []byte("?"),
	}
	put("query", messageQueryType, &query)
	query.Filters, query.Payload, query.Flags, query.RelayFactor = nil, nil, 0, 0
	put("query, plain", messageQueryType, &query)
	put("query response", messageQueryResponseType, &messageQueryResponse{9, 3000000000, "n2", 0, []byte("1 day")})
	put("query response, ack", messageQueryResponseType, &messageQueryResponse{9, 3000000000, "n2", queryFlagAck, nil})

	put("state", messagePushPullType, &messagePushPull{
		LTime: 40, StatusLTimes: map[string]LamportTime{"n1": 7}, LeftMembers: []string{"n3"}, EventLTime: 3,
		Events:     []*userEvents{nil, {LTime: 2, Events: []userEvent{{Name: "a", Payload: []byte("b")}, {Name: "c"}}}, nil},
		QueryLTime: 1,
	})
	put("state, full", messagePushPullType, &messagePushPull{
		LTime: 40, StatusLTimes: map[string]LamportTime{"n1": 7}, LeftMembers: []string{"n3"}, EventLTime: 3,
		Events: []*userEvents{{LTime: 2, Events: []userEvent{{Name: "a", Payload: []byte("b")}, {Name: "c"}}}}, QueryLTime: 1,
	})
	put("state, empty", messagePushPullType, &messagePushPull{
		LTime: 1, StatusLTimes: map[string]LamportTime{}, LeftMembers: []string{}, EventLTime: 1,
		Events: make([]*userEvents, 3), QueryLTime: 1,
	})
	relayed, err := encodeRelayMessage(messageQueryResponseType, net.UDPAddr{IP: net.IPv4(10, 0, 0, 9).To4(), Port: 45678}, "n9", &messageQueryResponse{9, 3, "n2", 0, []byte("x")})
	must(t, err)
	all["relay"] = base64.StdEncoding.EncodeToString(relayed)

	s := &Serf{config: &Config{ProtocolVersion: 5}}
	tags := map[string]string{}
	all["tags, none"] = base64.StdEncoding.EncodeToString(s.encodeTags(tags))
	tags["version"] = "1.2.3"
	all["tags, one"] = base64.StdEncoding.EncodeToString(s.encodeTags(tags))

	out, err := json.MarshalIndent(all, "", "  ")
	must(t, err)
	must(t, os.WriteFile(os.Getenv("RECORD"), append(out, '\n'), 0o644))
}
