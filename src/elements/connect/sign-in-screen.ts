import type { ReactiveControllerHost, TemplateResult } from 'lit';
import type { Platform } from '../../contract/platforms.ts';
import type { Connection } from '../../contract/schemas.ts';
import type { ActionController } from '../controllers/actions.ts';
import type { AnnounceController } from '../controllers/announce.ts';
import type { LocaleController } from '../controllers/locale.ts';
import type { QuestionController } from '../controllers/question.ts';

/** What a screen with something to type into the software needs of its element. */
export interface ScreenParts {
  readonly locale: LocaleController;
  readonly announcer: AnnounceController;
  readonly question: QuestionController;
  readonly actions: ActionController;
}

export type ScreenHost = ReactiveControllerHost & { readonly renderRoot: ParentNode };

/** A secret is shown for one connection in one state: linked, lost or changed, it is another one's. */
export const ownerOf = ({ id, status }: Connection): string => `${id} ${status}`;

/** After a secret was asked for, focus goes to where it stands. */
export const focusSecret = async (host: ScreenHost): Promise<void> => {
  await host.updateComplete;
  host.renderRoot.querySelector<HTMLElement>('#secret')?.focus();
};

export interface SignInScreen {
  /** `primary` where its button is the one primary button of the view. */
  template(connection: Connection, platform: Platform, primary: boolean): TemplateResult;
  /** The screen was left. */
  forget(): void;
}
