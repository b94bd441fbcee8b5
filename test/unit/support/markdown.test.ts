import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandsIn, sectionOf } from '../../support/docs/markdown.ts';

const page = `# Page
\`\`\`sh
one
\`\`\`
## First
### Within
\`\`\`yaml
# First comment
a: 1
\`\`\`
\`\`\`sh
two
# not a heading
\`\`\`
## Last
\`\`\`sh
three
\`\`\`
`;

test('a section goes to the next heading of its level or above, and comments in blocks are none', () => {
  assert.equal(commandsIn(sectionOf(page, 'First')), 'two\n# not a heading\n');
  assert.equal(commandsIn(sectionOf(page, 'Within')), 'two\n# not a heading\n');
  assert.equal(commandsIn(sectionOf(page, 'Last')), 'three\n');
  assert.equal(commandsIn(page), 'one\ntwo\n# not a heading\nthree\n');
});

test('a heading that is not there is an error', () => {
  assert.throws(() => sectionOf(page, 'First comment'), /no heading "First comment"/);
});
