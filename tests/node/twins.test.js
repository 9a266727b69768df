// Twins and queries, seen from the service.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { all, newDevice, newModule, patience, registry, uniqueId } from './hub.js';

test('a twin says what the scenario says', patience, async () => {
  const twin = (await registry.getTwin('pump-1')).responseBody;
  assert.equal(twin.deviceId, 'pump-1');
  assert.equal(twin.connectionState, 'Connected');
  assert.deepEqual(twin.tags, { site: 'north', line: 1 });
  assert.equal(twin.properties.desired.speed, 1450);
  assert.equal(twin.properties.reported.firmware, '2.4.1');
});

test('tags and desired properties are patched, and null deletes', patience, async (t) => {
  const { deviceId } = await newDevice(t);
  const twin = (await registry.getTwin(deviceId)).responseBody;
  assert.equal(twin.properties.desired.$version, 1);

  await twin.update({ tags: { site: 'east', old: true }, properties: { desired: { speed: 10, limits: { low: 1, high: 2 } } } });
  assert.equal(twin.properties.desired.$version, 2);
  await twin.update({ tags: { old: null }, properties: { desired: { limits: { low: null } } } });

  const read = (await registry.getTwin(deviceId)).responseBody;
  assert.equal(read.etag, twin.etag);
  assert.deepEqual(read.tags, { site: 'east' });
  assert.equal(read.properties.desired.$version, 3);
  assert.equal(read.properties.desired.speed, 10);
  assert.deepEqual(read.properties.desired.limits, { high: 2 });
});

test('an etag that is out of date protects a twin', patience, async (t) => {
  const { deviceId } = await newDevice(t);
  const { etag } = (await registry.getTwin(deviceId)).responseBody;
  const patch = { tags: { n: 1 } };
  assert.notEqual((await registry.updateTwin(deviceId, patch, etag)).responseBody.etag, etag);
  await assert.rejects(registry.updateTwin(deviceId, patch, etag), { name: 'InvalidEtagError' });
  assert.equal((await registry.updateTwin(deviceId, { tags: { n: 2 } }, '*')).responseBody.tags.n, 2);
});

test('a module has a twin of its own', patience, async (t) => {
  const { deviceId } = await newDevice(t);
  await newModule(deviceId, 'engine');
  await registry.updateModuleTwin(deviceId, 'engine', { properties: { desired: { gear: 3 } } }, '*');
  const twin = (await registry.getModuleTwin(deviceId, 'engine')).responseBody;
  assert.equal(twin.moduleId, 'engine');
  assert.equal(twin.properties.desired.gear, 3);
  assert.equal((await registry.getTwin(deviceId)).responseBody.properties.desired.gear, undefined);
});

describe('queries', () => {
  test('by tag, as twins that can be updated', patience, async () => {
    const query = registry.createQuery("SELECT * FROM devices WHERE tags.site = 'north' AND tags.line >= 1");
    const { result } = await query.nextAsTwin();
    assert.deepEqual(result.map((twin) => twin.deviceId).sort(), ['pump-1', 'pump-2']);
    assert.equal(typeof result[0].update, 'function');
    assert.equal(query.hasMoreResults, false);
  });

  test('page by page', patience, async (t) => {
    const group = uniqueId('group');
    for (let i = 0; i < 7; i++) {
      const { deviceId } = await newDevice(t);
      await registry.updateTwin(deviceId, { tags: { group, i } }, '*');
    }
    const { rows, pages } = await all(registry.createQuery(`SELECT * FROM devices WHERE tags.group = '${group}'`, 3));
    assert.deepEqual(pages, [3, 3, 1]);
    assert.deepEqual(rows.map((row) => row.tags.i).sort(), [0, 1, 2, 3, 4, 5, 6]);
  });

  test('a count', patience, async () => {
    const { rows } = await all(registry.createQuery("SELECT COUNT() AS n FROM devices WHERE deviceId IN ['pump-1', 'pump-2', 'nobody']"));
    assert.deepEqual(rows, [{ n: 2 }]);
  });

  test('a projection', patience, async () => {
    const { rows } = await all(registry.createQuery("SELECT deviceId, tags.line AS line FROM devices WHERE deviceId = 'pump-2'"));
    assert.deepEqual(rows, [{ deviceId: 'pump-2', line: 2 }]);
  });

  test('of modules', patience, async () => {
    const { rows } = await all(registry.createQuery("SELECT * FROM devices.modules WHERE deviceId = 'gateway' AND moduleId = 'filter'"));
    assert.deepEqual(rows.map((row) => row.moduleId), ['filter']);
  });

  test('nonsense is refused', patience, async () => {
    await assert.rejects(registry.createQuery('SELECT FROM WHERE').next(), { name: 'ArgumentError' });
  });
});
