// Raft-member is a server of hashicorp/raft that keeps everything in memory, and does what it is told
// over HTTP: the tests have it in one cluster with servers of ours.
//
//	raft-member ID RAFT-ADDRESS CONTROL-ADDRESS
package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/hashicorp/raft"
)

const patience = 5 * time.Second

// The state is the commands that were applied, in their order.
type state struct {
	lock     sync.Mutex
	Commands []string
	// How many snapshots of a leader it was made from.
	Restored int
}

func (s *state) Apply(log *raft.Log) interface{} {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.Commands = append(s.Commands, string(log.Data))
	return nil
}

func (s *state) Snapshot() (raft.FSMSnapshot, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	return snapshot(append([]string{}, s.Commands...)), nil
}

// Servers of ours have no state: their snapshots are empty.
func (s *state) Restore(reader io.ReadCloser) error {
	s.lock.Lock()
	defer s.lock.Unlock()
	data, err := io.ReadAll(reader)
	if err != nil {
		return err
	}
	s.Commands = nil
	s.Restored++
	if len(data) == 0 {
		return nil
	}
	return json.Unmarshal(data, &s.Commands)
}

type snapshot []string

func (s snapshot) Persist(sink raft.SnapshotSink) error {
	if err := json.NewEncoder(sink).Encode(s); err != nil {
		return errors.Join(err, sink.Cancel())
	}
	return sink.Close()
}

func (snapshot) Release() {}

func main() {
	id, address, control := os.Args[1], os.Args[2], os.Args[3]
	store, applied := raft.NewInmemStore(), &state{}
	transport, err := raft.NewTCPTransport(address, nil, 3, patience, os.Stderr)
	check(err)
	server, err := raft.NewRaft(config(id), applied, store, store, raft.NewInmemSnapshotStore(), transport)
	check(err)
	serve("GET /status", func(url.Values) (any, error) { return status(server, applied), nil })
	serve("GET /log", func(url.Values) (any, error) { return entries(store) })
	for name, do := range actions(server, id, address) {
		serve("POST /"+name, func(query url.Values) (any, error) { return "done", do(query) })
	}
	check(http.ListenAndServe(control, nil))
}

func config(id string) *raft.Config {
	config := raft.DefaultConfig()
	config.LocalID = raft.ServerID(id)
	config.LogOutput = os.Stderr
	config.LogLevel = "INFO"
	config.HeartbeatTimeout = 500 * time.Millisecond
	config.ElectionTimeout = 500 * time.Millisecond
	config.LeaderLeaseTimeout = 500 * time.Millisecond
	config.TrailingLogs = 1
	return config
}

func actions(server *raft.Raft, id, address string) map[string]func(url.Values) error {
	self := raft.Server{ID: raft.ServerID(id), Address: raft.ServerAddress(address)}
	return map[string]func(url.Values) error{
		"bootstrap": func(url.Values) error {
			return server.BootstrapCluster(raft.Configuration{Servers: []raft.Server{self}}).Error()
		},
		"add-nonvoter": func(query url.Values) error {
			return server.AddNonvoter(named(query), at(query), 0, patience).Error()
		},
		"add-voter": func(query url.Values) error {
			return server.AddVoter(named(query), at(query), 0, patience).Error()
		},
		"remove": func(query url.Values) error {
			return server.RemoveServer(named(query), 0, patience).Error()
		},
		"transfer": func(query url.Values) error {
			return server.LeadershipTransferToServer(named(query), at(query)).Error()
		},
		"snapshot": func(url.Values) error { return server.Snapshot().Error() },
		"apply":    func(query url.Values) error { return apply(server, query) },
	}
}

func named(query url.Values) raft.ServerID   { return raft.ServerID(query.Get("id")) }
func at(query url.Values) raft.ServerAddress { return raft.ServerAddress(query.Get("address")) }

func apply(server *raft.Raft, query url.Values) error {
	count, err := strconv.Atoi(query.Get("count"))
	if err != nil {
		return err
	}
	for number := 1; number <= count; number++ {
		command := query.Get("name") + " " + strconv.Itoa(number)
		if err := server.Apply([]byte(command), patience).Error(); err != nil {
			return err
		}
	}
	return nil
}

func status(server *raft.Raft, applied *state) any {
	applied.lock.Lock()
	defer applied.lock.Unlock()
	stats := server.Stats()
	number := func(name string) int {
		value, _ := strconv.Atoi(stats[name])
		return value
	}
	return map[string]any{
		"role": stats["state"], "term": number("term"), "leader": server.Leader(),
		"lastIndex": number("last_log_index"), "commit": number("commit_index"),
		"commands": append([]string{}, applied.Commands...), "restored": applied.Restored,
	}
}

type entry struct {
	Index uint64       `json:"index"`
	Term  uint64       `json:"term"`
	Kind  raft.LogType `json:"kind"`
	Data  []byte       `json:"data"`
}

func entries(store *raft.InmemStore) (any, error) {
	first, _ := store.FirstIndex()
	last, _ := store.LastIndex()
	log := []entry{}
	for index := first; index <= last && index > 0; index++ {
		var found raft.Log
		if err := store.GetLog(index, &found); err != nil {
			return nil, err
		}
		log = append(log, entry{found.Index, found.Term, found.Type, found.Data})
	}
	return log, nil
}

func serve(pattern string, answer func(url.Values) (any, error)) {
	http.HandleFunc(pattern, func(writer http.ResponseWriter, request *http.Request) {
		result, err := answer(request.URL.Query())
		if err != nil {
			http.Error(writer, err.Error(), http.StatusConflict)
			return
		}
		writer.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(writer).Encode(result)
	})
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
