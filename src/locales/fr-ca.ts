import type { Texts } from './en.ts';

/** What Québec says otherwise than `fr`, with the names QuickBooks gives its menus there. */
export const frCa: Partial<Texts> = {
  'account.checking': 'Compte chèques',

  'problem.support': 'Veuillez communiquer avec l’équipe de soutien.',
  'problem.reference': 'Référence pour l’équipe de soutien\u00A0: {reference}',

  'connect.partner': 'votre institution financière',
  'connect.consent.sign-in': 'Vous ouvrez une session dans {platform} et y donnez votre accord.',
  'connect.consent.access.text':
    'Le nom, le numéro et le solde des comptes que vous choisissez, ainsi que la date, le montant et la description de leurs opérations. Rien d’autre.',
  'connect.pending':
    'Vous n’avez pas fini d’ouvrir votre session dans {platform}, ou nous n’en avons pas encore la confirmation. Rien n’a été envoyé.',
  'connect.attempt.support': 'Réessayez. Si l’échec se répète, communiquez avec l’équipe de soutien.',

  'inside.again': 'Si {platform} vous demande d’ouvrir une nouvelle session',
  'credentials.intro':
    '{platform} demande un nom d’utilisateur et un mot de passe. Nous les créons pour {platform} seulement\u00A0: n’y saisissez jamais ceux de vos services bancaires en ligne.',

  'steps.quickbooks.open':
    'Ouvrez une session dans {platform}, allez à «\u00A0Opérations\u00A0», puis à «\u00A0Opérations bancaires\u00A0».',
  'steps.quickbooks.find': 'Choisissez «\u00A0Lier le compte\u00A0» et recherchez {partner} par son nom.',
  'steps.sage.open':
    'Ouvrez une session dans {platform}, allez à «\u00A0Banque\u00A0», puis ouvrez le compte bancaire.',

  'accounts.refused.next':
    'Vos autres comptes ne sont pas concernés. Corrigez ce que la réponse indique et ajoutez de nouveau ce compte, ou communiquez avec notre équipe de soutien.',
  'accounts.inside.enter':
    'Si {platform} vous demande d’ouvrir une nouvelle session, la page où vous l’avez connecté indique quoi saisir.',

  'status.next.look':
    'Vérifiez dans {platform} si elles y sont, puis communiquez avec notre équipe de soutien. La liste de toutes les transmissions indique lesquelles.',
  'status.next.by-hand':
    'Notre équipe de soutien peut vous indiquer lesquelles. Vous pouvez les saisir vous-même dans {platform}.',
  'status.next.support':
    'Notre équipe de soutien doit s’en occuper. Vous n’avez rien à faire dans votre logiciel de comptabilité.',
  'status.where.quickbooks':
    'Dans {platform}, regardez sous «\u00A0Opérations\u00A0», «\u00A0Opérations bancaires\u00A0», «\u00A0Pour révision\u00A0». «\u00A0Mettre à jour\u00A0» les y récupère plus tôt.',
  'status.earlier': {
    one: '{count} opération d’une connexion précédente n’a pas été transmise. Elle est conservée. Notre équipe de soutien peut vous dire ce qu’elle devient.',
    other:
      '{count} opérations d’une connexion précédente n’ont pas été transmises. Elles sont conservées. Notre équipe de soutien peut vous dire ce qu’elles deviennent.',
  },

  'setup.authorize': 'Ouverture de session dans {platform}',
};
