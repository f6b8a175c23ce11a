export { startTestPostgres, type FreshDatabase, type TestDatabase, type TestPostgres } from './postgres.ts';
