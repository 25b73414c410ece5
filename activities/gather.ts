import { asyncLocalStorage } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { CaseStore } from '../src/investigation/case/case-ports.ts';
import { caseSubject, lookedIntoFrom } from '../src/investigation/evidence/case-subject.ts';
import { claimedAlert } from '../src/investigation/evidence/alert-events-content.ts';
import type { GatheredEvidence } from '../src/investigation/evidence/evidence-content.ts';
import type { GatheringPorts, Look } from '../src/investigation/evidence/evidence-source.ts';
import {
  notAskedFor,
  notFollowed,
  notGathered,
  piecesOf,
  sourceOf,
  type EvidencePiece,
  type NextPieces,
} from '../src/investigation/evidence/evidence-sources.ts';
import type { Asking, EventArchive, LookMemory, PieceOfLook } from '../src/investigation/evidence-ports.ts';
import { UnknownCaseError } from '../src/investigation/case/unknown-case-error.ts';
import type { CaseId, Digest, Instant } from '../src/model/ids.ts';
import { canonicalDigest } from '../src/digest/canonical-digest.ts';
import { pivotName } from '../src/investigation/evidence/evidence-pivot.ts';
import { alive } from './alive.ts';

export interface GatherPorts extends GatheringPorts {
  readonly cases: Pick<CaseStore, 'caseOf' | 'alertsOf' | 'saveEvidence' | 'evidenceOf' | 'dropEvidence'>;
  readonly looks: LookMemory;
  /** Whether an error is trouble that passes by itself: of the store or the network. */
  readonly isPassing: (error: unknown) => boolean;
  readonly settings: {
    /** How far before the first alert evidence is looked for. */
    readonly lookBackMs: number;
    /** Requests to AWS that one look at a case may make. */
    readonly requestsPerLook: number;
  };
}

/** A look at a case, as all its activities are told of it. */
interface OfLook {
  readonly caseId: CaseId;
  /** When it was begun. */
  readonly at: Instant;
}

export interface NextEvidence extends NextPieces {
  /** From when on to look. */
  readonly from: Instant;
}

/** A piece that was gathered; its content is in the store. */
export interface GatheredPiece {
  readonly digest: Digest;
  readonly complete: boolean;
  /** The budget was spent before all of it was asked. */
  readonly cutShort: boolean;
}

export interface EndedLook {
  /** What nobody looked at, as evidence. */
  readonly evidence: readonly Digest[];
  readonly asked: number;
  readonly budget: number;
}

/** An attempt after which a piece is given up that has failed each time, and for no reason that passes. */
const attemptsOfPiece = 3;

/** The activities of a look at a case: they fit the sources of evidence to the store, the trail and IAM. */
export function createGatherActivities(ports: GatherPorts) {
  const { cases, looks, settings } = ports;

  /** Keeps evidence under the case. */
  async function keep(caseId: CaseId, evidence: readonly GatheredEvidence[]): Promise<readonly Digest[]> {
    await cases.saveEvidence(caseId, evidence);
    return evidence.map(({ digest }) => digest);
  }

  async function subjectOf(caseId: CaseId, evidence: readonly Digest[]) {
    const record = await cases.caseOf(caseId);
    if (record === null) throw new UnknownCaseError(caseId);
    return caseSubject(record.actor, await cases.evidenceOf(caseId, evidence));
  }

  return {
    /** What to gather next: row by row, for each rests on what those before have brought. */
    async nextEvidence({
      caseId,
      at,
      row,
      evidence,
    }: OfLook & { readonly row: number; readonly evidence: readonly Digest[] }): Promise<NextEvidence> {
      if (row === 0) await looks.begin(caseId, at, settings.requestsPerLook);
      const subject = await subjectOf(caseId, evidence);
      const next = piecesOf(row, subject);
      await looks.expect(caseId, next.pieces.map(pieceOfLook));
      return { ...next, from: lookedIntoFrom(subject, at, settings.lookBackMs) };
    },

    /**
     * Gathers one piece of evidence. Broken off, it goes on where it was: AWS is not asked again for what it has answered. What
     * cannot be gathered, whatever is tried, is evidence too.
     */
    async gatherEvidence({
      caseId,
      at,
      from,
      piece,
    }: OfLook & { readonly from: Instant; readonly piece: EvidencePiece }): Promise<GatheredPiece> {
      const archive = endingWithWorker(ports.archive);
      const asking = askingFor(caseId, looks, settings.requestsPerLook);
      async function gather(): Promise<GatheredEvidence> {
        const alerts = piece.pivot.kind === 'alerts' ? await cases.alertsOf(caseId) : [];
        const look: Look = { alerts: alerts.map(claimedAlert), span: { from, to: at }, at, asking };
        const gathered = await sourceOf(piece).gather(piece.pivot, look, { ...ports, archive });
        await keep(caseId, [gathered]);
        return gathered;
      }
      const gathered = await alive(
        gather().catch(async (error: unknown) => {
          if (isBrokenOff(error) || ports.isPassing(error) || attempt() < attemptsOfPiece) throw error;
          const given = notGathered(piece, error, at);
          await keep(caseId, [given]);
          return given;
        }),
      );
      await looks.spend(caseId, 0, settings.requestsPerLook);
      await looks.tell(caseId, pieceOfLook(piece).piece, gathered);
      return {
        digest: gathered.digest,
        complete: gathered.availability === 'complete',
        cutShort: asking.cutShort(),
      };
    },

    /** Says what nobody looked at, and forgets what only the looking needed. */
    async endLook({
      caseId,
      at,
      evidence,
      cutShort,
    }: OfLook & { readonly evidence: readonly Digest[]; readonly cutShort: number }): Promise<EndedLook> {
      const budget = settings.requestsPerLook;
      const subject = await subjectOf(caseId, evidence);
      const asked = await looks.end(caseId);
      const missed = await keep(caseId, [
        ...notFollowed(subject, at),
        ...notAskedFor({ budget, asked, pieces: cutShort }, at),
      ]);
      await cases.dropEvidence(caseId, [...evidence, ...missed]);
      return { evidence: missed, asked, budget };
    },
  };
}

export type GatherActivities = ReturnType<typeof createGatherActivities>;

/** Outside of a worker, as in a test that calls an activity as a function, there is one attempt only. */
function attempt(): number {
  return asyncLocalStorage.getStore()?.info.attempt ?? attemptsOfPiece;
}

/** A worker that shuts down does not wait for a piece: the next one goes on with it. */
function endWithWorker(): void {
  if (asyncLocalStorage.getStore()?.cancellationSignal.aborted !== true) return;
  throw ApplicationFailure.create({
    message: 'the worker shuts down; another goes on here',
    type: brokenOff,
    category: ApplicationFailureCategory.BENIGN,
  });
}

const brokenOff = 'BrokenOff';

function isBrokenOff(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.type === brokenOff;
}

function endingWithWorker(archive: EventArchive): EventArchive {
  return {
    ...archive,
    async find(...query) {
      endWithWorker();
      return await archive.find(...query);
    },
  };
}

/** Asks within the budget of the case's look, and ends where the activity is to end. */
function askingFor(caseId: CaseId, looks: LookMemory, budget: number): Asking & { cutShort(): boolean } {
  let cutShort = false;
  return {
    budget,
    async spend(requests) {
      endWithWorker();
      const taken = await looks.spend(caseId, requests, budget);
      cutShort ||= !taken;
      return taken;
    },
    known: (name) => looks.page(caseId, name),
    keep: (name, page) => looks.keepPage(caseId, name, page),
    cutShort: () => cutShort,
  };
}

/** A piece as the look is told of. */
function pieceOfLook(piece: EvidencePiece): PieceOfLook {
  return { piece: canonicalDigest(piece), source: piece.source, about: pivotName(piece.pivot) };
}
