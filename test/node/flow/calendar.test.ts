import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addDays, dayIn, isDate, picture } from '../../../src/flow/calendar.ts';

test('only days that exist are dates', () => {
  assert.ok(isDate('2024-02-29'));
  for (const wrong of ['2026-02-29', '2026-13-01', '2026-1-1', '', '01/02/2026']) assert.ok(!isDate(wrong), wrong);
});

test('days are added over months, years and clock changes', () => {
  assert.equal(addDays('2026-03-29', 1), '2026-03-30');
  assert.equal(addDays('2026-01-01', -1), '2025-12-31');
  assert.equal(addDays('2026-11-20', -365), '2025-11-20');
});

test('the day of an instant depends on the zone; an unknown zone is the reader’s own', () => {
  const late = new Date('2026-03-01T23:30:00Z');
  assert.equal(dayIn(late, 'UTC'), '2026-03-01');
  assert.equal(dayIn(late, 'Europe/Paris'), '2026-03-02');
  assert.equal(dayIn(late, 'Not/AZone'), dayIn(late));
});

test('the picture has no gap, ends today and leaves older days out', () => {
  const days = [
    { date: '2026-01-01', delivered: 99, held: 0 },
    { date: '2026-03-09', delivered: 4, held: 2 },
    { date: '2026-03-10', delivered: 1, held: 0 },
  ];
  const result = picture(days, '2026-03-10');
  assert.equal(result.days.length, 30);
  assert.equal(result.days[0]?.date, '2026-02-09');
  assert.deepEqual(result.days.at(-1), { date: '2026-03-10', delivered: 1, held: 0 });
  assert.deepEqual([result.peak, result.delivered, result.held], [6, 5, 2]);
});

test('an empty picture still has a height to measure by', () => {
  assert.equal(picture([], '2026-03-10', 7).peak, 1);
});
