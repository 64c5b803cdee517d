export * from '../../app/format';
