import {
  bool,
  bytes,
  int64,
  omitEmpty,
  struct,
  text,
  uint8,
  uint16,
  uint32,
} from '../../base/msgpack/struct.ts';

// The structs of memberlist's net.go.

const source = {
  SourceAddr: omitEmpty(bytes),
  SourceNode: omitEmpty(text),
  SourcePort: omitEmpty(uint16),
};

export const pingStruct = struct({ Node: text, SeqNo: uint32, ...source });

export const indirectPingStruct = struct({
  Nack: bool,
  Node: text,
  Port: uint16,
  SeqNo: uint32,
  ...source,
  Target: bytes,
});

export const ackStruct = struct({ Payload: bytes, SeqNo: uint32 });

export const nackStruct = struct({ SeqNo: uint32 });

/** Both the suspect and the dead message. */
export const accusationStruct = struct({ From: text, Incarnation: uint32, Node: text });

export const aliveStruct = struct({
  Addr: bytes,
  Incarnation: uint32,
  Meta: bytes,
  Node: text,
  Port: uint16,
  Vsn: bytes,
});

export const errorStruct = struct({ Error: text });

export const compressedStruct = struct({ Algo: uint8, Buf: bytes });

export const pushPullStruct = struct({ Join: bool, Nodes: int64, UserStateLen: int64 });

export const nodeStateStruct = struct({
  Addr: bytes,
  Incarnation: uint32,
  Meta: bytes,
  Name: text,
  Port: uint16,
  State: int64,
  Vsn: bytes,
});

export const userStruct = struct({ UserMsgLen: int64 });
