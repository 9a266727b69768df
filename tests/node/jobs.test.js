// Scheduled jobs, and the results that devices leave in them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, eventually, jobs, newDevice, patience, registry, uniqueId } from './hub.js';

// finished waits until a job is over.
function finished(jobId) {
  return eventually(`job ${jobId} ends`, async () => {
    const { jobStatus } = await jobs.getJob(jobId);
    return ['completed', 'failed', 'cancelled'].includes(jobStatus.status) && jobStatus;
  });
}

async function resultsOf(jobId) {
  const { rows } = await all(registry.createQuery(`SELECT * FROM devices.jobs WHERE devices.jobs.jobId = '${jobId}'`));
  return Object.fromEntries(rows.map((row) => [row.deviceId, row]));
}

test('a method on several devices', patience, async () => {
  const jobId = uniqueId('method');
  const condition = "deviceId IN ['pump-1', 'pump-2', 'freezer']";
  const method = { methodName: 'echo', payload: { n: 7 }, responseTimeoutInSeconds: 30 };
  const { jobStatus } = await jobs.scheduleDeviceMethod(jobId, condition, method, new Date(), 120);
  assert.equal(jobStatus.jobId, jobId);
  assert.equal(jobStatus.type, 'scheduleDeviceMethod');

  const { status, deviceJobStatistics } = await finished(jobId);
  assert.equal(status, 'completed');
  assert.deepEqual(deviceJobStatistics, { deviceCount: 3, failedCount: 1, succeededCount: 2, runningCount: 0, pendingCount: 0 });

  const results = await resultsOf(jobId);
  assert.deepEqual(results['pump-1'].outcome.deviceMethodResponse, { status: 200, payload: { n: 7 } });
  assert.equal(results.freezer.status, 'failed');
  assert.match(String(results.freezer.error.code), /404103|DeviceNotOnline/);
});

test('a twin update on several devices', patience, async (t) => {
  const group = uniqueId('group');
  const devices = [await newDevice(t), await newDevice(t)];
  for (const { deviceId } of devices) await registry.updateTwin(deviceId, { tags: { group } }, '*');
  const jobId = uniqueId('twin');
  await jobs.scheduleTwinUpdate(jobId, `tags.group = '${group}'`, { etag: '*', properties: { desired: { rate: 60 } } }, new Date(), 120);
  const { status, deviceJobStatistics } = await finished(jobId);
  assert.equal(status, 'completed');
  assert.equal(deviceJobStatistics.succeededCount, 2);
  for (const { deviceId } of devices) {
    assert.equal((await registry.getTwin(deviceId)).responseBody.properties.desired.rate, 60);
  }
});

test('without a time a job starts at once', patience, async () => {
  const jobId = uniqueId('now');
  await jobs.scheduleDeviceMethod(jobId, "deviceId = 'pump-3'", { methodName: 'getStatus' });
  assert.equal((await finished(jobId)).status, 'completed');
  assert.equal((await resultsOf(jobId))['pump-3'].outcome.deviceMethodResponse.status, 200);
});

test('a job of tomorrow can be listed and cancelled today', patience, async () => {
  const jobId = uniqueId('later');
  const tomorrow = new Date(Date.now() + 24 * 3600 * 1000);
  await jobs.scheduleTwinUpdate(jobId, "deviceId = 'pump-1'", { etag: '*', tags: { never: true } }, tomorrow, 60);
  assert.equal((await jobs.getJob(jobId)).jobStatus.status, 'scheduled');

  const { rows } = await all(jobs.createQuery('scheduleUpdateTwin', 'scheduled'));
  assert.deepEqual(rows.filter((row) => row.jobId === jobId).map((row) => row.startTime.slice(0, 19)), [tomorrow.toISOString().slice(0, 19)]);

  await jobs.cancelJob(jobId);
  assert.equal((await jobs.getJob(jobId)).jobStatus.status, 'cancelled');
  assert.equal((await registry.getTwin('pump-1')).responseBody.tags.never, undefined);
});

test('an id is used once, and an unknown one is no job', patience, async () => {
  const jobId = uniqueId('twice');
  const schedule = () => jobs.scheduleDeviceMethod(jobId, "deviceId = 'pump-3'", { methodName: 'getStatus' });
  await schedule();
  await assert.rejects(schedule(), (err) => err.response.statusCode === 409);
  await assert.rejects(jobs.getJob(uniqueId('unknown')), (err) => err.response.statusCode === 404);
  await finished(jobId);
});
