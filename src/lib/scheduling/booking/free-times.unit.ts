import { describe, expect, it } from 'vitest';
import { EMPTY_BOOKING } from './form.ts';
import { freeTimeQuestion, wishedPlace } from './free-times.ts';

const form = { ...EMPTY_BOOKING, service_id: 'clean', minutes: '45' };

describe('the search for free times', () => {
  it('asks for anybody, and for a chair of each kind, while nothing is chosen', () => {
    expect(freeTimeQuestion(form, undefined)).toEqual({ serviceId: 'clean', durationMinutes: 45 });
  });

  it('asks for the provider and the chairs that are chosen', () => {
    const chosen = { ...form, provider_id: 'pop', resource_ids: ['chair', 'room'] };
    expect(freeTimeQuestion(chosen, undefined)).toEqual({
      serviceId: 'clean',
      providerIds: ['pop'],
      resourceIds: ['chair', 'room'],
      durationMinutes: 45,
    });
  });

  it('looks as widely as before after a time was taken', () => {
    const time = { starts_at: '', ends_at: '', provider_id: 'pop', resource_ids: ['chair', 'room'] };
    const taken = { time, wished: { provider_id: '', resource_ids: [] } };
    const filledIn = { ...form, provider_id: 'pop', resource_ids: ['room', 'chair'] };
    expect(wishedPlace(filledIn, taken)).toEqual({ provider_id: '', resource_ids: [] });
    // What somebody chooses after that is a wish again.
    expect(wishedPlace({ ...filledIn, provider_id: 'zamfir' }, taken).provider_id).toBe('zamfir');
    expect(wishedPlace({ ...filledIn, resource_ids: ['room'] }, taken).resource_ids).toEqual(['room']);
  });
});
