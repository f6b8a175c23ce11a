/** People in the loop: what a parked task needs a person for, and who has control of its browser. */
import { z } from 'zod';
import { textSchema, timestampSchema, orNull } from './common.ts';
import { idSchema } from './ids.ts';
import { bilingualSchema } from './vendor.ts';

/** Why a task waits for a person. `paused`: somebody asked for it. */
export const INTERVENTION_REASONS = ['captcha', 'login', 'two_factor', 'unknown', 'paused'] as const;
export type InterventionReason = (typeof INTERVENTION_REASONS)[number];

/** With its browser, or without. */
export const PARK_KINDS = ['warm', 'cold'] as const;
export type ParkKind = (typeof PARK_KINDS)[number];

const reasonSchema = z.enum(INTERVENTION_REASONS).meta({
  description:
    'What only a person can do: solve a `captcha`, `login`, give the code of a `two_factor` login, or go on where nobody `unknown`s how. `paused`: nothing, somebody stopped it.',
});
const parkSchema = z.enum(PARK_KINDS).meta({
  id: 'Park',
  description:
    '`warm`: its browser is kept, 15 minutes at most. `cold`: it was released; when somebody acts, the work begins anew and comes to the same place.',
});
const answerableSchema = z.boolean().meta({
  description:
    'A text would do (the characters of the picture, the code that was sent), so `/answer` helps and no live view is needed.',
});

export const interventionSchema = z
  .object({
    reason: reasonSchema,
    message: bilingualSchema.meta({ description: 'For the person, in both languages.' }),
    vendorMessage: z.string().nullable().meta({ description: "The portal's own words, redacted." }),
    since: timestampSchema,
    until: timestampSchema.meta({
      description: 'Until when it waits. Then it fails (`intervention_timeout`).',
    }),
    pictureArtifactId: orNull(idSchema('artifact')).meta({
      description: 'The picture of a CAPTCHA, where there is one.',
    }),
    park: parkSchema,
    answerable: answerableSchema,
  })
  .meta({ id: 'Intervention', description: 'What a waiting task needs a person for.' });
export type Intervention = z.infer<typeof interventionSchema>;

/** Who did something, without a name. */
export const actorRefSchema = z
  .object({
    type: z.enum(['api_key', 'live_token', 'member']),
    id: z.string().meta({ description: 'Id of the key or token; of a member, the id of the user.' }),
  })
  .meta({ id: 'Actor', description: 'Who acted. Names are in the task, not in events.' });
export type ActorRef = z.infer<typeof actorRefSchema>;

export const controlSchema = z
  .object({
    holder: actorRefSchema
      .extend({
        label: z.string().nullable().meta({
          description: 'The name that the live token was made for; null for keys and members.',
        }),
      })
      .meta({ description: 'Who it is.' }),
    since: orNull(timestampSchema).meta({
      description:
        'Since when they have control; null: they asked for it, and get it at the next safe point.',
    }),
  })
  .meta({ id: 'Control', description: "Who has control of a task's browser, or waits for it." });
export type Control = z.infer<typeof controlSchema>;

export const answerTaskSchema = z
  .strictObject({
    value: textSchema(200).meta({
      description:
        'The characters of the picture, or the code. Kept encrypted until the next run has typed it, and never logged.',
      examples: ['7K2QF'],
    }),
  })
  .meta({ id: 'AnswerTask' });

/** How control ended. */
export const CONTROL_ENDS = ['resumed', 'released', 'silent', 'session_ended'] as const;
export type ControlEnd = (typeof CONTROL_ENDS)[number];

/** What events tell of a parked task. */
export const parkedEventShape = {
  until: timestampSchema,
  park: parkSchema,
};
export const neededEventShape = {
  ...parkedEventShape,
  reason: z.string(),
  answerable: answerableSchema,
  pictureArtifactId: orNull(idSchema('artifact')),
};

const SENTENCES = {
  picture: {
    es: 'Necesitamos tu ayuda: escribe los caracteres de la imagen.',
    en: 'We need your help: type the characters of the picture.',
  },
  captcha: {
    es: 'Necesitamos tu ayuda: toma el control y resuelve la verificación del portal.',
    en: "We need your help: take control and solve the portal's check.",
  },
  login: {
    es: 'El portal pide iniciar sesión: toma el control y entra con tu cuenta.',
    en: 'The portal asks for a login: take control and sign in.',
  },
  code: {
    es: 'El portal envió un código: escríbelo para continuar.',
    en: 'The portal sent a code: type it to go on.',
  },
  two_factor: {
    es: 'El portal pide confirmar el inicio de sesión: toma el control y confírmalo.',
    en: 'The portal asks to confirm the login: take control and confirm it.',
  },
  unknown: {
    es: 'Necesitamos tu ayuda: toma el control y continúa en el portal.',
    en: 'We need your help: take control and go on in the portal.',
  },
  paused: {
    es: 'Está en pausa. Puedes continuar cuando quieras.',
    en: 'It is paused. Go on whenever you like.',
  },
} as const satisfies Record<string, { es: string; en: string }>;

/** What the person reads. */
export function interventionMessage(
  reason: InterventionReason,
  answerable: boolean,
): { es: string; en: string } {
  if (answerable && reason === 'captcha') return SENTENCES.picture;
  if (answerable && reason === 'two_factor') return SENTENCES.code;
  return SENTENCES[reason];
}
