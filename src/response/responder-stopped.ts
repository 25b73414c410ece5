import { TrailhoundError } from '../model/trailhound-error.ts';

/** Why responses are stopped until a person has looked. */
export type StopReason = 'register-lost' | 'register-unusable' | 'store-restored' | 'journal-altered';

const remedies: Readonly<Record<StopReason, string>> = {
  'register-lost':
    'Find out what became of it, and restore it if you can; then look at `trailhound register check`. Where it is gone for good, go on with `trailhound register accept --reason TEXT`',
  'register-unusable': 'Put right what is said here; `trailhound register check` tells when it is.',
  'store-restored':
    'Where the database was restored from a backup, look at `trailhound register check`, and go on with `trailhound register accept --reason TEXT`',
  'journal-altered':
    'Find out who wrote to the database (only the responder writes the table action_steps) and whether its key was exchanged (response.journal_key_file); have a new plan made for what is left to do.',
};

/** What the responder remembers does not agree, or cannot be read: nothing is changed in AWS before a person has looked. */
export class ResponderStopped extends TrailhoundError {
  override readonly name = 'ResponderStopped';
  override readonly code = 'responder-stopped';
  readonly reason: StopReason;
  override readonly remedy: string;

  constructor(reason: StopReason, found: string, options?: ErrorOptions) {
    super(`Responses are stopped: ${found} ${remedies[reason]}`, options);
    this.reason = reason;
    this.remedy = remedies[reason];
  }
}
