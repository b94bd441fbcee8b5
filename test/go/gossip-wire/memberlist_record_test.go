package memberlist

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"log"
	"net"
	"os"
	"testing"
	"time"

	"github.com/hashicorp/go-msgpack/v2/codec"
)

var (
	keyOne = bytes.Repeat([]byte{1}, 32)
	keyTwo = bytes.Repeat([]byte{2}, 32)
	vsn    = []uint8{1, 5, 2, 2, 5, 4}
)

// wire takes down what is written to it, as a packet or on a stream.
type wire struct {
	net.Conn
	written []byte
}

func (w *wire) Write(b []byte) (int, error) {
	w.written = append(w.written, b...)
	return len(b), nil
}
func (w *wire) SetDeadline(time.Time) error                         { return nil }
func (w *wire) Close() error                                        { return nil }
func (w *wire) FinalAdvertiseAddr(string, int) (net.IP, int, error) { return nil, 0, nil }
func (w *wire) PacketCh() <-chan *Packet                            { return nil }
func (w *wire) StreamCh() <-chan net.Conn                           { return nil }
func (w *wire) Shutdown() error                                     { return nil }
func (w *wire) DialTimeout(string, time.Duration) (net.Conn, error) { return w, nil }
func (w *wire) WriteToAddress(b []byte, _ Address) (time.Time, error) {
	_, err := w.Write(b)
	return time.Time{}, err
}
func (w *wire) DialAddressTimeout(Address, time.Duration) (net.Conn, error) { return w, nil }
func (w *wire) WriteTo(b []byte, _ string) (time.Time, error) {
	return w.WriteToAddress(b, Address{})
}

type userState struct{ state []byte }

func (userState) NodeMeta(int) []byte             { return nil }
func (userState) NotifyMsg([]byte)                {}
func (userState) GetBroadcasts(int, int) [][]byte { return nil }
func (u userState) LocalState(bool) []byte        { return u.state }
func (userState) MergeRemoteState([]byte, bool)   {}

type envelope struct {
	label    string
	keys     [][]byte
	version  uint8
	compress bool
}

func member(t *testing.T, e envelope) (*Memberlist, *wire) {
	conf := DefaultLANConfig()
	conf.Label = e.label
	conf.EnableCompression = e.compress
	conf.ProtocolVersion = 2
	if e.version != 0 {
		conf.ProtocolVersion = e.version
	}
	if e.keys != nil {
		ring, err := NewKeyring(e.keys, e.keys[0])
		must(t, err)
		conf.Keyring = ring
	}
	w := &wire{}
	var transport NodeAwareTransport = w
	if e.label != "" {
		transport = &labelWrappedTransport{label: e.label, NodeAwareTransport: w}
	}
	return &Memberlist{
		config:    conf,
		transport: transport,
		nodeMap:   map[string]*nodeState{},
		logger:    log.New(os.Stderr, "", 0),
	}, w
}

func must(t *testing.T, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

func b64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func encoded(t *testing.T, kind messageType, message any) []byte {
	buf, err := encode(kind, message, false)
	must(t, err)
	return buf.Bytes()
}

func messages(t *testing.T) map[string][]byte {
	v4 := net.IPv4(10, 0, 0, 7).To4()
	v6 := net.ParseIP("2001:db8::7")
	return map[string][]byte{
		"ping":                  encoded(t, pingMsg, &ping{SeqNo: 7, Node: "10.0.0.2:45678"}),
		"ping with source":      encoded(t, pingMsg, &ping{70000, "n2", v4, 45678, "n1"}),
		"indirect ping":         encoded(t, indirectPingMsg, &indirectPingReq{SeqNo: 200, Target: v4, Port: 45678, Node: "n2", Nack: true}),
		"indirect ping, source": encoded(t, indirectPingMsg, &indirectPingReq{4294967295, v6, 1, "n2", false, v4, 45678, "n1"}),
		"ack":                   encoded(t, ackRespMsg, &ackResp{300, nil}),
		"ack with payload":      encoded(t, ackRespMsg, &ackResp{1, bytes.Repeat([]byte{9}, 40)}),
		"nack":                  encoded(t, nackRespMsg, &nackResp{65535}),
		"suspect":               encoded(t, suspectMsg, &suspect{3, "n2", "n1"}),
		"alive":                 encoded(t, aliveMsg, &alive{1, "n1", v4, 45678, nil, vsn}),
		"alive, IPv6 and meta":  encoded(t, aliveMsg, &alive{128, "n1-" + string(bytes.Repeat([]byte{'x'}, 40)), v6, 80, bytes.Repeat([]byte{0xff}, 512), vsn}),
		"dead":                  encoded(t, deadMsg, &dead{256, "n2", "n1"}),
		"dead, left":            encoded(t, deadMsg, &dead{0, "n2", "n2"}),
		"error":                 encoded(t, errMsg, &errResp{"no installed keys could decrypt the message"}),
		"user":                  append([]byte{byte(userMsg)}, "anything"...),
	}
}

func packets(t *testing.T) map[string][]byte {
	one := encoded(t, pingMsg, &ping{SeqNo: 7, Node: "10.0.0.2:45678"})
	many := [][]byte{}
	for i := 0; i < 20; i++ {
		many = append(many, encoded(t, suspectMsg, &suspect{uint32(i), "10.0.0.2:45678", "10.0.0.1:45678"}))
	}
	compound := makeCompoundMessage(many).Bytes()
	send := func(e envelope, msg []byte, crc bool) []byte {
		m, w := member(t, e)
		node := &Node{PMax: 4}
		if crc {
			node.PMax = 5
		}
		must(t, m.rawSendMsgPacket(Address{Addr: "10.0.0.2:45678", Name: "n"}, node, msg))
		return w.written
	}
	keys := [][]byte{keyOne}
	return map[string][]byte{
		"plain":                 send(envelope{}, one, false),
		"plain, compound":       send(envelope{}, compound, false),
		"checksum":              send(envelope{}, one, true),
		"compressed":            send(envelope{compress: true}, compound, false),
		"label":                 send(envelope{label: "kv"}, one, false),
		"encrypted":             send(envelope{keys: keys}, one, true),
		"encrypted, label":      send(envelope{keys: keys, label: "kv"}, compound, true),
		"encrypted, compressed": send(envelope{keys: keys, label: "kv", compress: true}, compound, true),
		"encrypted, second key": send(envelope{keys: [][]byte{keyTwo, keyOne}}, one, true),
		"encrypted, protocol 1": send(envelope{keys: keys, version: 1}, one, false),
	}
}

func streams(t *testing.T) map[string][]byte {
	keys := [][]byte{keyOne}
	pushPull := func(e envelope, nodes int, state []byte, join bool, dialled bool) []byte {
		m, w := member(t, e)
		if state != nil {
			m.config.Delegate = userState{state}
		}
		for i := 0; i < nodes; i++ {
			m.nodes = append(m.nodes, &nodeState{
				Node: Node{
					Name: "10.0.0." + string(rune('1'+i)) + ":45678", Addr: net.IPv4(10, 0, 0, byte(1+i)).To4(),
					Port: 45678, Meta: []byte("meta"), PMin: 1, PMax: 5, PCur: 2, DMin: 2, DMax: 5, DCur: 4,
				},
				Incarnation: uint32(i * 100), State: NodeStateType(i % 4),
			})
		}
		var conn net.Conn = w
		if dialled {
			var err error
			conn, err = m.transport.DialAddressTimeout(Address{}, 0)
			must(t, err)
		}
		must(t, m.sendLocalState(conn, join, e.label))
		return w.written
	}
	message := func(e envelope, msg []byte) []byte {
		m, w := member(t, e)
		must(t, m.rawSendMsgStream(w, msg, e.label))
		return w.written
	}
	user := func(e envelope) []byte {
		m, w := member(t, e)
		must(t, m.sendUserMsg(Address{Addr: "a", Name: "n"}, bytes.Repeat([]byte{3}, 300)))
		return w.written
	}
	state := bytes.Repeat([]byte{5}, 200)
	return map[string][]byte{
		"push/pull":                    pushPull(envelope{}, 5, state, true, true),
		"push/pull, none":              pushPull(envelope{}, 0, nil, false, true),
		"push/pull, label":             pushPull(envelope{label: "kv"}, 2, state, false, true),
		"push/pull, label, answer":     pushPull(envelope{label: "kv"}, 2, state, false, false),
		"push/pull, compressed":        pushPull(envelope{compress: true}, 9, state, true, true),
		"push/pull, encrypted":         pushPull(envelope{keys: keys}, 5, state, true, true),
		"push/pull, encrypted, all":    pushPull(envelope{keys: keys, label: "kv", compress: true}, 5, state, true, true),
		"push/pull, encrypted, label":  pushPull(envelope{keys: keys, label: "kv"}, 5, state, true, true),
		"push/pull, encrypted, answer": pushPull(envelope{keys: keys, label: "kv"}, 5, state, true, false),
		"ping":                         message(envelope{}, encoded(t, pingMsg, &ping{SeqNo: 7, Node: "n2"})),
		"ack, encrypted":               message(envelope{keys: keys}, encoded(t, ackRespMsg, &ackResp{7, nil})),
		"error":                        message(envelope{}, encoded(t, errMsg, &errResp{"no"})),
		"user":                         user(envelope{}),
		"user, encrypted, label":       user(envelope{keys: keys, label: "kv"}),
	}
}

// text is the same as in the tests that read the fixtures: a small alphabet, or all bytes.
func text(length, alphabet int) []byte {
	out := make([]byte, length)
	x := uint32(1)
	for i := range out {
		x = (x*1103515245 + 12345) & 0x7fffffff
		out[i] = byte(int(x>>16) % alphabet)
	}
	return out
}

func compressed(t *testing.T) []map[string]any {
	all := []map[string]any{}
	for _, c := range [][2]int{
		{0, 1}, {1, 1}, {2, 1}, {3, 1}, {300, 1}, {20000, 1}, {100, 4}, {4000, 2}, {30000, 5},
		{255, 256}, {3838, 256}, {3839, 256}, {3840, 256}, {3841, 256}, {8000, 256},
	} {
		buf, err := compressPayload(text(c[0], c[1]), false)
		must(t, err)
		all = append(all, map[string]any{"length": c[0], "alphabet": c[1], "bytes": b64(buf.Bytes())})
	}
	return all
}

// values are cut to what can differ: after that, all bytes are the same.
func values(t *testing.T) map[string]string {
	all := map[string]string{}
	put := func(name string, v any) {
		var buf bytes.Buffer
		must(t, codec.NewEncoder(&buf, &codec.MsgpackHandle{}).Encode(v))
		all[name] = b64(buf.Bytes()[:min(9, buf.Len())])
	}
	for name, v := range map[string]uint64{
		"uint 0": 0, "uint 127": 127, "uint 128": 128, "uint 255": 255, "uint 256": 256, "uint 65535": 65535,
		"uint 65536": 65536, "uint 4294967295": 4294967295, "uint 4294967296": 4294967296,
		"uint 9007199254740991": 9007199254740991,
	} {
		put(name, v)
	}
	for name, v := range map[string]int64{
		"int 0": 0, "int 127": 127, "int 128": 128, "int 32767": 32767, "int 32768": 32768,
		"int 2147483647": 2147483647, "int 2147483648": 2147483648, "int 9007199254740991": 9007199254740991,
		"int -1": -1, "int -32": -32, "int -33": -33, "int -128": -128, "int -129": -129, "int -32768": -32768,
		"int -32769": -32769, "int -2147483648": -2147483648, "int -2147483649": -2147483649,
	} {
		put(name, v)
	}
	for name, n := range map[string]int{"text 0": 0, "text 31": 31, "text 32": 32, "text 255": 255, "text 256": 256, "text 65535": 65535, "text 65536": 65536} {
		put(name, string(bytes.Repeat([]byte{'a'}, n)))
	}
	for name, n := range map[string]int{"array 0": 0, "array 15": 15, "array 16": 16, "array 65535": 65535, "array 65536": 65536} {
		put(name, make([]uint64, n))
	}
	put("true", true)
	put("false", false)
	put("nil", nil)
	return all
}

func texts(all map[string][]byte) map[string]string {
	out := map[string]string{}
	for name, b := range all {
		out[name] = b64(b)
	}
	return out
}

func TestRecord(t *testing.T) {
	write := func(path string, v any) {
		out, err := json.MarshalIndent(v, "", "  ")
		must(t, err)
		must(t, os.WriteFile(path, append(out, '\n'), 0o644))
	}
	write(os.Getenv("RECORD"), map[string]any{
		"messages": texts(messages(t)), "packets": texts(packets(t)), "streams": texts(streams(t)),
		"compressed": compressed(t),
	})
	write(os.Getenv("RECORD_VALUES"), values(t))
}
