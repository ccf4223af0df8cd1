/** What holds for every registry and every world: detect → edit, without tmux. TMUX_DRIFT_FUZZ=1 looks for much longer. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ownPart } from '../../src/pipeline/own-part.ts';
import { detect } from '../../src/reconcile/detect.ts';
import { serverOf } from '../../src/reconcile/identity.ts';
import { isActive } from '../../src/reconcile/match-rows.ts';
import type { Drift, World } from '../../src/reconcile/types.ts';
import { editRegistry } from '../../src/registry/edit-registry.ts';
import type { Wanted } from '../../src/registry/find-inactive.ts';
import { parseRegistry } from '../../src/registry/parse-registry.ts';
import type { Edit, Registry, Row } from '../../src/registry/types.ts';
import { verifyEdit } from '../../src/registry/verify-edit.ts';
import { changedBeyondPlan } from './changed-lines.ts';
import { liveConversations } from './live-conversations.ts';
import { registryText, type Style, styles } from './registry-text.ts';
import { quietElsewhere, type Scene, SOCKETS, scenes, worldOf } from './scenes.ts';

const long = process.env.TMUX_DRIFT_FUZZ === '1';
const runs = { numRuns: long ? 5000 : 200, ...(long ? {} : { seed: 20_260_619 }) };
const budget = long ? 600_000 : 30_000;

/** As the row index finds them. */
const findEnded = ({ rows }: Registry, wanted: readonly Wanted[]): readonly Row[] =>
  rows.filter(
    (row) =>
      !isActive(row) && wanted.some((one) => ('name' in one ? one.name === row.name : one.sessionId === row.sessionId)),
  );

const parse = (text: string): Registry => parseRegistry('/r.yaml', text);
const editsOf = (drifts: readonly Drift[]): readonly Edit[] => drifts.flatMap(({ edits }) => edits);

/** One run of the plan: what was found, and the registry as it is written. */
function reconcile(registry: Registry, world: World): { readonly drifts: readonly Drift[]; readonly after: Registry } {
  const drifts = detect(registry, world);
  const text = editRegistry(registry, editsOf(drifts));
  verifyEdit(registry, editsOf(drifts), text);
  return { drifts, after: parse(text) };
}

function holds(title: string, property: (registry: Registry, scene: Scene, style: Style) => void): void {
  test(title, { timeout: budget }, () => {
    fc.assert(
      fc.property(scenes, styles, (scene, style) => property(parse(registryText(scene.rows, style)), scene, style)),
      runs,
    );
  });
}

describe('for every registry and every world', () => {
  holds('nothing but the planned lines changes', (registry, scene) => {
    const { drifts, after } = reconcile(registry, worldOf(scene, registry));
    expect(changedBeyondPlan(registry, editsOf(drifts), after.text)).toEqual([]);
  });

  holds('a second run in the same world finds only what is report-only', (registry, scene) => {
    const { after } = reconcile(registry, worldOf(scene, registry));
    const again = detect(after, worldOf(scene, after));
    expect(again.filter(({ edits }) => edits.length > 0).map(({ kind, name, msg }) => [kind, name, msg])).toEqual([]);
  });

  holds('a server that is unknown or was not asked leads to no edit', (registry, scene) => {
    const world = worldOf(scene, registry);
    const answered = (row: Row): boolean => ['present', 'absent'].includes(serverOf(row, world)?.state ?? '');
    for (const edit of editsOf(detect(registry, world))) {
      if (edit.kind !== 'append') expect(answered(edit.row), edit.row.name).toBe(true);
      else
        expect(world.servers.find(({ address }) => address.socket === edit.value.tmux_socket)?.state).toBe('present');
    }
  });

  holds('an archived row is never touched', (registry, scene) => {
    const rows = editsOf(detect(registry, worldOf(scene, registry))).flatMap((edit) =>
      edit.kind === 'append' ? [] : [edit.row],
    );
    expect(rows.filter(({ status }) => status === 'archived')).toEqual([]);
  });

  holds('no conversation id comes to a second live row', (registry, scene) => {
    const world = worldOf(scene, registry);
    const { after } = reconcile(registry, world);
    const [before, now] = [liveConversations(registry, world), liveConversations(after, world)];
    const grown = [...now].filter(([id, names]) => names.length > 1 && names.length > (before.get(id)?.length ?? 0));
    expect(grown).toEqual([]);
  });

  holds('a row ends only where its server answered without its session', (registry, scene) => {
    const world = worldOf(scene, registry);
    for (const { row } of editsOf(detect(registry, world)).flatMap((edit) =>
      edit.kind === 'set' && edit.value === 'terminated' ? [edit] : [],
    )) {
      const server = serverOf(row, world);
      const alive =
        server?.state === 'present' &&
        server.sessions.some(
          ({ id, created }) => id === row.sessionId && created === row.epoch && row.serverStarted === server.started,
        );
      expect([isActive(row), alive]).toEqual([true, false]);
    }
  });

  holds('no row is lost and none is added beyond the plan', (registry, scene) => {
    const { drifts, after } = reconcile(registry, worldOf(scene, registry));
    const added = editsOf(drifts).filter(({ kind }) => kind === 'append').length;
    expect(after.rows.length + after.unreadable.length).toBe(registry.rows.length + registry.unreadable.length + added);
  });

  holds('a look at one server plans for its rows what a look at all plans', (_registry, scene, style) => {
    const quiet = quietElsewhere(scene);
    const registry = parse(registryText(quiet.rows, style));
    const socket = SOCKETS.get('default') as string;
    const own = (rows: readonly Row[], world: World) =>
      editsOf(detect({ rows, identities: [], unreadable: [] }, world))
        .filter(
          (edit) =>
            (edit.kind === 'append' ? edit.value.tmux_socket : (edit.row.socket ?? SOCKETS.get(edit.row.server))) ===
            socket,
        )
        .map((edit) => (edit.kind === 'append' ? edit : { ...edit, row: edit.row.index }));
    const { servers } = worldOf(quiet, registry, socket);
    const { rows } = ownPart(
      { rows: registry.rows.filter(isActive), find: (wanted) => findEnded(registry, wanted) },
      servers,
    );
    expect(own(rows, worldOf(quiet, { ...registry, rows }, socket))).toEqual(
      own(registry.rows, worldOf(quiet, registry)),
    );
  });
});
