/** The floor of an init container's start: Node, listening for https, and nothing else. */
import { createServer } from 'node:https';

createServer().listen(Number(process.env['LISTEN_PORT']), process.env['LISTEN_ADDRESS']);
